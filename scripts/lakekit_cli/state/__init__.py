"""State that Terraform could not save: keep, list and recover it."""
