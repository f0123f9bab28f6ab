"""Snowflake account operations of `lakekit snowflake`."""
