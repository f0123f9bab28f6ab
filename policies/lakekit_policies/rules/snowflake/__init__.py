"""Rules for Snowflake accounts, warehouses, roles, grants, integrations and policies."""
