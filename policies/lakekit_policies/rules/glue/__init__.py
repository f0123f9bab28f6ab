"""Rules for Glue Data Catalog databases, tables, crawlers and jobs."""
