"""`lakekit-terraform`: runs Terraform with the policy gate between plan and apply."""

from .main import main

__all__ = ["main"]
