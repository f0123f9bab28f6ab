"""Own handlers, one file to a service. Every file here is loaded when the server starts."""
