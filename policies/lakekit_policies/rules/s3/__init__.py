"""Rules for S3 buckets and their sub-resources."""
