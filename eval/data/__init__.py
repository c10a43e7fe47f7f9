"""Outside sets of questions, brought through the same harness: a converter per format."""
