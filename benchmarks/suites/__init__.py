"""Compare the gate with the labelled examples of checkov's own tests; a development tool, not shipped."""
