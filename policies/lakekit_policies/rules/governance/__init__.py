"""Rules for descriptions, classifications and vocabularies."""
