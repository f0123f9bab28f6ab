"""Rules for Redshift and Redshift Serverless."""
