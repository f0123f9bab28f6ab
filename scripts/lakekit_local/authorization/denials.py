"""Denied requests: the error that AWS sends, and what explains it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final
from xml.sax.saxutils import escape

from lakekit_local.authorization.callers import Identity
from lakekit_local.authorization.permissions import Permission
from lakekit_local.authorization.sessions import RefusedError
from lakekit_local.requests.registry import Call, RawResponse, ServiceError
from lakekit_policies.iam.evaluation import Decision

_EC2_MESSAGE: Final = "You are not authorized to perform this operation. "
_CODES: Final = {
    "ec2": "UnauthorizedOperation",
    "iam": "AccessDenied",
    "s3": "AccessDenied",
    "s3control": "AccessDenied",
    "sts": "AccessDenied",
    "sns": "AuthorizationError",
    "cloudwatch": "AccessDenied",
}
_XML: Final = ("query", "ec2", "rest-xml")
_JSON: Final = ("json", "query-json", "smithy-rpc-v2-cbor")
_SHOWN_KEYS: Final = 60


@dataclass(frozen=True)
class Denial:
    """A request that was refused: who, what, and by which policy."""

    service: str
    operation: str
    principal: str
    action: str
    resource: str
    reason: str
    """The end of the error message: ``because no identity-based policy allows the s3:GetObject action``."""
    source: str = ""
    """Kind of the policy: ``identity-based policy``."""
    policy: str = ""
    """The policy that denies."""
    statement: str = ""
    """Sid of the statement that denies."""
    context: Mapping[str, list[str]] = field(default_factory=dict)
    """Condition keys of the request."""
    text: str = ""
    """The error message, if it is not the one of IAM."""
    fix: str = ""
    """What to change, if the kind of the policy does not tell."""
    at: float = field(default_factory=time.time)

    @classmethod
    def of(
        cls,
        call: Call,
        identity: Identity,
        permission: Permission,
        decision: Decision,
        values: Mapping[str, tuple[str, ...]],
    ) -> Denial:
        """The denial of one permission."""
        match = decision.match
        return cls(
            service=call.service,
            operation=call.operation,
            principal=identity.caller.arn,
            action=permission.action,
            resource=permission.resource,
            reason=decision.reason(permission.action),
            source=str(decision.source or ""),
            policy=match.policy.name if match else "",
            statement=match.statement.name if match else "",
            context={name: list(one) for name, one in sorted(values.items())[:_SHOWN_KEYS]},
        )

    @classmethod
    def of_role(cls, call: Call, refused: RefusedError) -> Denial:
        """The denial of a role to a caller that its trust policy, or its own policies, do not allow to assume it."""
        decision, match = refused.decision, refused.decision.match if refused.decision else None
        return cls(
            service=call.service,
            operation=call.operation,
            principal=refused.caller.arn,
            action=refused.action,
            resource=refused.role_arn,
            reason=decision.reason(refused.action) if decision else "because the role does not exist",
            source=str(decision.source or "") if decision else "",
            policy=match.policy.name if match else "",
            statement=match.statement.name if match else "",
        )

    @classmethod
    def of_unknown_permission(cls, call: Call, identity: Identity, reason: str) -> Denial:
        """The denial of an operation of which the local cloud does not know the permission."""
        why = f"because the local cloud does not know the permission that it needs ({reason})"
        return cls(
            service=call.service,
            operation=call.operation,
            principal=identity.caller.arn,
            action=f"{call.service}:{call.operation}",
            resource="*",
            reason=why,
        )

    @property
    def message(self) -> str:
        """The error message, as AWS writes it."""
        if self.text:
            return self.text
        if self.service == "sts":
            # STS does not say why, nor whether the role exists.
            return f"User: {self.principal} is not authorized to perform: {self.action} on resource: {self.resource}"
        resource = f'"{self.resource}"' if self.service == "s3" else self.resource
        return (
            f"User: {self.principal} is not authorized to perform: {self.action} on resource: {resource} {self.reason}"
        )

    def error(self, protocol: str) -> ServiceError:
        """The error of a service whose responses its model describes."""
        code = _CODES.get(self.service) or ("AccessDenied" if protocol in _XML else "AccessDeniedException")
        message = _EC2_MESSAGE + self.message if self.service == "ec2" else self.message
        return ServiceError(code, message, 400 if protocol in _JSON else 403)

    def as_dict(self) -> dict[str, Any]:
        """The fields for the control interface."""
        return {**asdict(self), "message": self.message}


def s3_response(denial: Denial, method: str) -> RawResponse:
    """The response of S3, which has no errors in its model."""
    message = escape(denial.message, {'"': "&quot;"})
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>AccessDenied</Code><Message>{message}</Message><RequestId>lakekit-local</RequestId></Error>"
    ).encode()
    body = b"" if method == "HEAD" else body
    headers = [("Content-Type", "application/xml")]
    return RawResponse(403, [*headers, *([("Content-Length", str(len(body)))] if body else [])], body)
