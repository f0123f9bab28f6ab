"""The `lakekit` and `lakekit-terraform` commands."""
