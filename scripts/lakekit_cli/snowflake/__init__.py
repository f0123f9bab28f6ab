"""What `lakekit snowflake` does on a live account."""
