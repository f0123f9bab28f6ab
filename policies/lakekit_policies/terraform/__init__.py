"""A synthesized configuration in the shape of a Terraform plan."""
