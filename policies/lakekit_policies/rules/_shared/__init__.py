"""What several rules ask of the same resources."""
