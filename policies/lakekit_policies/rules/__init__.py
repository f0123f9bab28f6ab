"""Our own rules, one per file, one folder per domain. Any checkov pipeline can load this folder."""
