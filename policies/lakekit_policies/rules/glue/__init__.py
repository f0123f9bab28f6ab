"""Catalog databases, tables and their upkeep."""
