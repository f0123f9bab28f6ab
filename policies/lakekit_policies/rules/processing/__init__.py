"""Spark, Glue, Athena, and what starts them."""
