"""IAM policy documents: parsing and comparison."""
