"""Start, stop and inspect the local cloud from the client side."""
