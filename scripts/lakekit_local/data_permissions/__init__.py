"""Lake Formation permissions: what the grants of a principal allow on databases, tables, columns and locations."""
