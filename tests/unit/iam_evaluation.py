"""Decisions on requests of the roles of a synthesized stack, by the evaluator of the gate and the local cloud."""

from __future__ import annotations

import json
from typing import Any

from lakekit.testing import Template, resources
from lakekit_policies.iam.evaluation import Caller, CallerKind, ConcreteRequest, PolicySet, decide, policy_of

_ROLE = Caller(CallerKind.SESSION, "arn:aws:iam::111111111111:role/test", "111111111111")


def policies(template: Template) -> dict[str, list[dict[str, Any]]]:
    """The statements of every role of a stack, by the role's name."""
    names = {
        f"${{aws_iam_role.{role['//']['metadata']['uniqueId']}.name}}": role["name"]
        for role in resources(template, "aws_iam_role").values()
    }
    found: dict[str, list[dict[str, Any]]] = {}
    for policy in resources(template, "aws_iam_role_policy").values():
        role = names.get(policy["role"], policy["role"])
        found.setdefault(role, []).extend(json.loads(policy["policy"])["Statement"])
    return found


def is_allowed(
    statements: list[dict[str, Any]], action: str, resource: str, context: dict[str, str | list[str]] | None = None
) -> bool:
    """Whether these statements of a role allow an action on a resource, with the condition keys of the request."""
    document = _without_references(json.dumps({"Version": "2012-10-17", "Statement": statements}))
    keys: dict[str, str | list[str]] = json.loads(_without_references(json.dumps(context or {})))
    request = ConcreteRequest.of(_ROLE, action, _without_references(resource), keys)
    return decide(request, PolicySet(identity=(policy_of(document),))).allowed


def _without_references(text: str) -> str:
    """The text without references of Terraform, which look like policy variables."""
    return text.replace("${aws_", "@{aws_").replace("${data.", "@{data.")


def is_allowed_by_resource(statements: list[dict[str, Any]], role: str, action: str, resource: str) -> bool:
    """Whether the policy of a resource allows a role, whose own policies do not matter."""
    caller = Caller(CallerKind.SESSION, role, role.split(":")[4])
    document = {"Version": "2012-10-17", "Statement": statements}
    request = ConcreteRequest.of(caller, action, resource, {})
    return decide(request, PolicySet(resource=policy_of(document))).allowed
