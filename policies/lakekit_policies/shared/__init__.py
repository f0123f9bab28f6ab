"""Facts that rules and constructs both rely on: tier limits, stateful types, secret detection."""
