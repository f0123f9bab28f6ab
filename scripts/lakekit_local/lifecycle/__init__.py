"""Start, stop and inspect the server process."""
