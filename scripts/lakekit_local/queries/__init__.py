"""Queries of Athena, run on DuckDB with the permissions of the caller."""
