"""The pages for people: asking, reading and checking, in Dutch and English."""
