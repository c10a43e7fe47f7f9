"""Gold questions to scores, reports, comparisons and the gate."""
