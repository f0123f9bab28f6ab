"""Rules for plaintext secrets."""
