"""Mutants of policy documents: principals, actions, resources and conditions."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from lakekit_policies.errors import GateError
from lakekit_policies.iam import policy_documents
from lakekit_policies.rules._shared.policy_statements import IDENTITY
from mutation import edits
from mutation.condition_mutants import (
    with_foreign_values,
    with_loose_conditions,
    with_negated_conditions,
    without_conditions,
)
from mutation.mutant import Document, Mutant, resources

_SAME_ACCOUNT_ROLE: Final = "arn:aws:iam::333333333333:role/acme-other"
_FOREIGN_ACCOUNT: Final = "arn:aws:iam::999999999999:root"

FOREIGN_PRINCIPALS: Final[dict[str, Document]] = {
    "a role beside a service": {"Service": "glue.amazonaws.com", "AWS": "arn:aws:iam::999999999999:role/reader"},
    "accounts in a list": {"AWS": ["arn:aws:iam::333333333333:root", "999999999999"]},
    "a SAML provider": {"Federated": "arn:aws:iam::999999999999:saml-provider/Okta"},
    "a canonical user": {"CanonicalUser": "9" * 64},
}
"""Principals of other accounts, in the forms that policies know."""

ESCALATIONS: Final[dict[str, list[str]]] = {
    "pass any role to Glue": ["iam:PassRole", "glue:CreateJob", "glue:StartJobRun"],
    "pass any role to EMR": ["iam:PassRole", "elasticmapreduce:RunJobFlow"],
    "pass any role to EMR Serverless": ["iam:PassRole", "emr-serverless:StartJobRun"],
    "pass any role to EC2": ["iam:PassRole", "ec2:RunInstances"],
    "pass any role to a function": ["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"],
    "pass any role to a stack": ["iam:PassRole", "cloudformation:CreateStack"],
    "pass any role to a state machine": ["iam:PassRole", "states:CreateStateMachine"],
    "write an inline policy": ["iam:PutRolePolicy"],
    "attach a policy": ["iam:AttachRolePolicy"],
    "write a policy version": ["iam:CreatePolicyVersion"],
    "switch a policy version": ["iam:SetDefaultPolicyVersion"],
    "open a trust policy": ["iam:UpdateAssumeRolePolicy"],
    "make access keys": ["iam:CreateAccessKey"],
    "make a login": ["iam:CreateLoginProfile", "iam:UpdateLoginProfile"],
    "lift a boundary": ["iam:DeleteRolePermissionsBoundary"],
    "join a group": ["iam:AddUserToGroup"],
    "assume any role": ["sts:AssumeRole"],
    "rewrite a function": ["lambda:UpdateFunctionCode"],
    "rewrite a job": ["glue:UpdateJob"],
    "a shell on an instance": ["ssm:SendCommand"],
    "rewrite a key policy": ["kms:PutKeyPolicy"],
    "grant a key": ["kms:CreateGrant"],
    "rewrite a bucket policy": ["s3:PutBucketPolicy"],
    "grant in Lake Formation": ["lakeformation:GrantPermissions", "lakeformation:PutDataLakeSettings"],
    "every action of IAM": ["iam:*"],
}
"""Privilege escalations: actions that on all resources give further permissions."""


def mutants(stack: str, document: Document) -> Iterator[Mutant]:
    """Every mutant of every policy document."""
    for kind, name, body in resources(document):
        for attribute in sorted(policy_documents.POLICY_ATTRIBUTES & set(body)):
            try:
                parsed = policy_documents.parse(body[attribute])
            except (ValueError, GateError):
                continue
            if not isinstance(parsed, dict):
                continue
            for category, words, critical, edited in _edited(kind, attribute, parsed):
                if _meaning(edited) == _meaning(parsed):
                    continue
                yield Mutant(
                    category,
                    stack,
                    f"{kind}.{name}",
                    attribute,
                    words,
                    critical,
                    _written(kind, name, attribute, edited),
                )


def _meaning(policy: Document) -> str:
    """A document with both spellings of "everyone" normalized."""
    return json.dumps(policy, sort_keys=True).replace('{"AWS": "*"}', '"*"')


def _written(kind: str, name: str, attribute: str, edited: Any) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        edits.body(document, f"{kind}.{name}")[attribute] = json.dumps(edited)

    return change


def _edited(kind: str, attribute: str, policy: Document) -> Iterator[tuple[str, str, bool, Document]]:
    for index, statement in enumerate(policy_documents.statements(policy)):
        named = statement.get("Sid") or f"statement {index + 1}"
        for category, words, critical, changed in _statements(kind, attribute, statement):
            yield category, f"{named}: {words}", critical, _with(policy, index, changed)
    if kind in IDENTITY and attribute == "policy":
        for words, actions in ESCALATIONS.items():
            added = {"Sid": "Mutant", "Effect": "Allow", "Action": actions, "Resource": "*"}
            yield (
                "privilege escalation",
                words,
                True,
                {**policy, "Statement": [*policy_documents.statements(policy), added]},
            )


def _statements(kind: str, attribute: str, statement: Document) -> Iterator[tuple[str, str, bool, Document | None]]:
    if statement.get("Effect") == "Deny":
        yield "deny statement removed", "removed", True, None
        yield (
            "deny statement narrowed",
            "to one principal",
            True,
            {**statement, "Principal": {"AWS": _SAME_ACCOUNT_ROLE}},
        )
        # Each additional condition denies fewer requests.
        tests = {**(statement.get("Condition") or {}), "StringEqualsIfExists": {"aws:PrincipalAccount": "123456789012"}}
        yield "deny statement narrowed", "for one account", True, {**statement, "Condition": tests}
        for words, changed in with_negated_conditions(statement):
            yield "condition negated", words, False, changed
        for key, value in _older_tls(statement):
            yield "weaker TLS", f"{key} below {value} only", True, _replaced(statement, key, value)
        return
    trust = attribute == "assume_role_policy"
    if "Principal" in statement:
        yield "principal widened", "to *", True, {**statement, "Principal": "*"}
        yield "principal widened", "to AWS *", True, {**statement, "Principal": {"AWS": "*"}}
        yield (
            "principal widened",
            "to another account",
            True,
            {**statement, "Principal": {"AWS": _FOREIGN_ACCOUNT}, "Condition": {}},
        )
        for words, principal in FOREIGN_PRINCIPALS.items():
            yield "foreign principal", words, True, {**statement, "Principal": principal, "Condition": {}}
    yield from _conditions(statement)
    if trust:
        return
    yield "action widened", "to *", True, {**statement, "Action": "*"}
    service = policy_documents.items(statement, "Action")[0].partition(":")[0]
    if service and service != "*" and policy_documents.items(statement, "Action") != [f"{service}:*"]:
        yield "action widened", f"to {service}:*", False, {**statement, "Action": f"{service}:*"}
    excluded = {key: value for key, value in statement.items() if key != "Action"} | {"NotAction": "iam:*"}
    yield "action widened", "to all but iam", True, excluded
    listing = all(
        item.partition(":")[2].startswith(("Describe", "List")) for item in policy_documents.items(statement, "Action")
    )
    if kind in IDENTITY and policy_documents.items(statement, "Resource") != ["*"] and not listing:
        yield "resource widened", "to *", True, {**statement, "Resource": "*"}
        first = policy_documents.items(statement, "Resource")[0].split(":", 5)
        if len(first) == 6:
            wide = ":".join([*first[:5], "*"])
            yield "resource widened", f"to {wide}", False, {**statement, "Resource": wide}


def _conditions(statement: Document) -> Iterator[tuple[str, str, bool, Document]]:
    """Weakened conditions of an Allow statement."""
    for words, changed in without_conditions(statement):
        yield "condition dropped", words, False, changed
    for words, changed in with_loose_conditions(statement):
        yield "condition loosened", words, False, changed
    for words, changed in with_negated_conditions(statement):
        yield "condition negated", words, False, changed
    for words, changed in with_foreign_values(statement):
        yield "condition of another account", words, False, changed


def _older_tls(statement: Document) -> Iterator[tuple[str, str]]:
    for _, key, values in policy_documents.conditions(statement):
        if key.endswith("tlsversion") and values == ["1.2"]:
            yield key, "1.0"


def _replaced(statement: Document, key: str, value: str) -> Document:
    changed = copy.deepcopy(statement)
    for keys in changed["Condition"].values():
        for written in keys:
            if written.lower() == key:
                keys[written] = value
    return changed


def _with(policy: Document, index: int, changed: Document | None) -> Document:
    statements = policy_documents.statements(policy)
    replaced = [*statements[:index], *([changed] if changed is not None else []), *statements[index + 1 :]]
    return {**policy, "Statement": replaced}
