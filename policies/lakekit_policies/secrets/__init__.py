"""Detection of plaintext secrets by name, by format, by entropy, or inside a text; values are never printed."""
