"""Snowflake: account, warehouses, roles and grants, the ways to the lake, masking."""
