"""What domain teams deploy: their data products, on the platform."""
