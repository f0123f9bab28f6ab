"""Roles with which Terraform deploys and plans an environment: permissions by resource type, policies and trust."""
