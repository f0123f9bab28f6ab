"""Descriptions, vocabularies, and who answers for what."""
