"""Which permissions of a role the profiles of its engines notice: each is removed once, and the calls are decided.

A permission is an action on the resources and conditions of a statement. Nothing is sent: `LocalCloud.decisions`
evaluates the requests that `lakekit local check-engines` makes, in a session of the role.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from lakekit.environment import Environment
from lakekit_local import LocalCloud
from lakekit_local.engines.callers import caller_of, deployed_engines
from lakekit_local.engines.deployment import Deployment
from lakekit_local.engines.requests import EngineRequest

Documents = Mapping[str, Mapping[str, Any]]


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


@dataclass(frozen=True)
class Permission:
    """An action on resources, under conditions."""

    role: str
    sid: str
    action: str
    resources: tuple[str, ...]
    conditions: str
    noticed: bool = False
    """Whether a call is refused without it."""

    def is_of(self, statement: Mapping[str, Any]) -> bool:
        """Whether a statement has the same resources and conditions."""
        return _scope(statement) == (self.resources, self.conditions)


def _scope(statement: Mapping[str, Any]) -> tuple[tuple[str, ...], str]:
    return tuple(sorted(_listed(statement["Resource"]))), json.dumps(statement.get("Condition", {}), sort_keys=True)


def permissions(role: str, documents: Documents) -> Iterator[Permission]:
    """The permissions that the policies of a role allow, each once."""
    found: set[tuple[str, tuple[str, ...], str]] = set()
    for document in documents.values():
        for statement in document["Statement"]:
            for action in _listed(statement["Action"]) if statement["Effect"] == "Allow" else ():
                resources, conditions = _scope(statement)
                if (action, resources, conditions) not in found:
                    found.add((action, resources, conditions))
                    yield Permission(role, statement.get("Sid", ""), action, resources, conditions)


def _without(documents: Documents, permission: Permission) -> Documents:
    """The policies without a permission."""
    changed = {}
    for name, document in documents.items():
        statements = []
        for statement in document["Statement"]:
            actions = _listed(statement["Action"])
            if statement["Effect"] == "Allow" and permission.is_of(statement):
                actions = [action for action in actions if action != permission.action]
            if actions:
                statements.append({**statement, "Action": actions})
        changed[name] = {**document, "Statement": statements}
    return changed


class PermissionSweep:
    """Removes the permissions of a deployment's engine roles, one at a time, and restores them.

    Args:
        cloud: the local cloud, to which the environment is deployed.
        environment: the environment.
        iam: a client of the root user, who changes the policies.
    """

    def __init__(self, cloud: LocalCloud, environment: Environment, iam: Any) -> None:
        self._cloud = cloud
        self._iam = iam
        self._calls: dict[str, list[tuple[dict[str, str], EngineRequest]]] = {}
        deployment = Deployment(cloud.project_dir)
        for engine in deployed_engines(deployment, environment):
            if engine.role_arn:
                caller = dict(caller_of(engine, cloud, environment, deployment).described)
                made = self._calls.setdefault(engine.role_arn.rpartition("/")[2], [])
                made += [(caller, one) for one in engine.requests() if not engine.profile.reason_left_out(one.action)]

    @property
    def roles(self) -> list[str]:
        """The roles of engines."""
        return sorted(self._calls)

    def of_role(self, role: str) -> Iterator[Permission]:
        """Remove each permission of a role, and say whether a call is refused without it."""
        documents = _documents(self._iam, role)
        try:
            for one in permissions(role, documents):
                _put(self._iam, role, _without(documents, one))
                calls = [(caller, call) for caller, call in self._calls[role] if call.action == one.action]
                yield replace(one, noticed=not all(self._is_allowed(caller, call) for caller, call in calls))
        finally:
            _put(self._iam, role, documents)

    def _is_allowed(self, caller: dict[str, str], call: EngineRequest) -> bool:
        asked = [{"action": call.action, "resource": call.resource, "context": dict(call.context)}]
        return self._cloud.decisions(caller, asked) == [None]


@contextmanager
def without_action(iam: Any, role: str, action: str) -> Iterator[None]:
    """Take an action from all statements of a role, and restore it at the end."""
    documents = _documents(iam, role)
    without = documents
    for one in permissions(role, documents):
        if one.action == action:
            without = _without(without, one)
    assert without != documents
    try:
        _put(iam, role, without)
        yield
    finally:
        _put(iam, role, documents)


def _documents(iam: Any, role: str) -> Documents:
    names: Sequence[str] = iam.list_role_policies(RoleName=role)["PolicyNames"]
    return {name: iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names}


def _put(iam: Any, role: str, documents: Documents) -> None:
    for name, document in documents.items():
        if document["Statement"]:
            iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))
        else:
            iam.delete_role_policy(RoleName=role, PolicyName=name)
