"""``iam:PassRole``: roles that a request hands to a service.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from moto.iam.models import iam_backends

from lakekit_local.authorization.permissions.model import Permission, arn_of, listed, named
from lakekit_local.requests.registry import Call

_ROLE: Final = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/.+")
_PROFILE: Final = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:instance-profile/.+")
_WRITES: Final = re.compile(
    r"^(Create|Update|Put|Start|Run|Register|Associate|Add|Modify|Set|Request|Deploy|Import|Replace|Restore|Submit)"
)
_NOT_PASSED: Final = ("iam", "sts", "kms", "s3control", "ram", "organizations")
"""Services whose parameters name roles without handing them to a service."""
_PASSED_TO: Final = {
    "athena": "athena",
    "ec2": "ec2",
    "emr": "elasticmapreduce",
    "events": "events",
    "kafkaconnect": "kafkaconnect",
    "kinesisanalyticsv2": "kinesisanalytics",
    "logs": "logs",
    "mwaa": "airflow",
    "s3": "s3",
    "stepfunctions": "states",
}
_BY_PARAMETER: Final = {
    ("ec2", "deliverlogspermissionarn"): "vpc-flow-logs",
    ("emr", "autoscalingrole"): "application-autoscaling",
    ("emr", "jobflowrole"): "ec2",
}
_NAMES: Final = ("role", "rolearn", "permissionarn", "rolearns", "iamroles")


def passed_roles(call: Call) -> Iterator[Permission]:
    """The permissions to pass the roles of a request."""
    if call.service == "iam" and call.operation == "AddRoleToInstanceProfile":
        yield _passing(_role_arn(call, str(call.get("RoleName", ""))), "ec2.amazonaws.com")
        return
    if call.service in _NOT_PASSED or not _WRITES.match(call.operation):
        return
    seen: set[str] = set()
    for name, value, _ in named(call.params):
        if not name.endswith(_NAMES):
            continue
        for text in listed(value):
            for arn in _roles(call, name, text):
                service = _BY_PARAMETER.get((call.service, name)) or _PASSED_TO.get(call.service, call.service)
                if arn not in seen:
                    seen.add(arn)
                    yield _passing(arn, f"{service}.amazonaws.com")


def _roles(call: Call, name: str, text: str) -> list[str]:
    """The ARNs of the roles that a parameter names: by ARN, by name, or by the instance profile that holds them."""
    if _ROLE.fullmatch(text):
        return [text]
    if _PROFILE.fullmatch(text) or (call.service, name) in _BY_PARAMETER:
        backend: Any = iam_backends[call.account][call.partition]
        profiles = backend.instance_profiles.values()
        return [role.arn for one in profiles if text in (one.name, one.arn) for role in one.roles]
    # EMR and Glue accept names.
    return [_role_arn(call, text)] if text and ":" not in text and call.service in ("glue", "emr") else []


def _role_arn(call: Call, name: str) -> str:
    backend: Any = iam_backends[call.account][call.partition]
    known = next((role for role in backend.roles.values() if role.name == name.rpartition("/")[2]), None)
    return str(known.arn) if known else arn_of(call, f"role/{name}", service="iam", region="")


def _passing(role: str, service: str) -> Permission:
    return Permission("iam:PassRole", role, {"iam:passedtoservice": (service,)})
