"""Checkov as a rule engine: its parser, graph and checks, without its command line, runner or network."""
