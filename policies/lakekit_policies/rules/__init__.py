"""Our own rules, one to a file, one folder per domain. Any checkov pipeline can load this folder."""
