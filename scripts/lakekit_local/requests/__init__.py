"""Parse and route AWS requests; store of the handlers."""
