"""The Snowflake provider's schema, from the metadata of the bindings, and the validation of stacks against it."""
