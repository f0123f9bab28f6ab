"""A Lake Formation permission that a caller lacks, and the denial for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lakekit_local.authorization.denials import Denial
from lakekit_local.data_permissions.tag_policies import NEED_EVERY_COLUMN
from lakekit_local.requests.registry import Call

SOURCE: Final = "Lake Formation permission"
_NEED: Final = ", ".join(sorted(NEED_EVERY_COLUMN))


@dataclass(frozen=True, slots=True)
class Missing:
    """One permission on one resource."""

    permission: str
    resource: str
    """ARN of the database, table or location."""
    reason: str = ""
    """Why it is refused, if not for a missing grant."""
    partial: str = ""
    """Which LF-tag expression matches a part of the table only, so that its grant does not give the permission."""

    @property
    def message(self) -> str:
        """The error message of AWS: `Insufficient Lake Formation permission(s): Required Describe on orders`."""
        if self.reason:
            return self.reason
        if self.permission == "DATA_LOCATION_ACCESS":
            return f"Insufficient Lake Formation permission(s) on s3://{self.resource.rpartition(':')[2]}"
        parts = self.permission.replace("_", " ").split(" ")
        words = " ".join(one.capitalize() if one.rstrip(",").isupper() else one for one in parts)
        name = self.resource.rpartition("/")[2] or self.resource.rpartition(":")[2]
        return f"Insufficient Lake Formation permission(s): Required {words} on {name.rpartition(':')[2]}"

    def denial(self, call: Call) -> Denial:
        """The denial of a request."""
        why = self.reason or f"because no Lake Formation grant gives the principal {self.permission}"
        principal, fix = call.identity.caller.name, ""
        if self.partial:
            why += f": {self.partial}; Lake Formation gives {_NEED} by LF-tag only if the table and every column match"
            fix = (
                "add the missing value to the LF-tag expression of the grant or leave the key out of it, "
                f"or grant {self.permission} on {self.resource} to {principal} by name"
            )
        return Denial(
            service=call.service,
            operation=call.operation,
            principal=call.identity.caller.arn,
            action=self.permission,
            resource=self.resource,
            reason=why,
            source=SOURCE,
            text=self.message,
            fix=fix,
            context={"aws:principalarn": [principal]},
        )
