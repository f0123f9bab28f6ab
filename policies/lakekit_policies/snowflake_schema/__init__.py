"""The Snowflake provider's schema, from the bindings' own metadata, and the check of stacks against it."""
