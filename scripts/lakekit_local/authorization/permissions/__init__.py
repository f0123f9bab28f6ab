"""The permissions that a request needs: actions, each on a resource, with condition keys of their own."""

from lakekit_local.authorization.permissions.model import Permission, UnknownPermissionError
from lakekit_local.authorization.permissions.required import required_permissions

__all__ = ["Permission", "UnknownPermissionError", "required_permissions"]
