"""Replay the calls of the engines' profiles in a deployed environment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from lakekit.environment import Environment
from lakekit_local.engines.callers import caller_of, clients, deployed_engines
from lakekit_local.engines.deployment import Deployment
from lakekit_local.engines.profile import Profile, profiles
from lakekit_local.engines.real_calls import Client, is_sent, send
from lakekit_local.engines.requests import EngineRequest, Instance
from lakekit_local.errors import LocalCloudError
from lakekit_local.lifecycle.cloud import LocalCloud

How = Literal["call", "decision", "session"]


@dataclass(frozen=True)
class Refused:
    """A call that an engine makes and its role does not allow."""

    action: str
    resource: str
    how: How
    """Whether the call was sent, only decided, or the role's session could not be created."""
    reason: str
    source: str
    role: str
    address: str
    """Stack and Terraform address of the role."""
    construct: str
    cause: str = ""
    """What explains the message, if the local cloud knows more than it says."""
    remedy: str = ""
    """What removes the cause."""

    @property
    def fix(self) -> str:
        """What to change."""
        if self.remedy:
            return f"{self.remedy}; `{self.construct}` makes the role"
        if self.how == "session":
            return f"allow the service to assume the role in its trust policy, which `{self.construct}` makes"
        # The message of Lake Formation names the permission, or the location that a write needs access to.
        _, grant, what = self.reason.partition("Lake Formation permission(s)")
        if grant:
            permission = f"DATA_LOCATION_ACCESS {what.strip()}" if " on s3://" in what[:10] else what.strip(" :")
            return f"grant the role in Lake Formation: {permission.removeprefix('Required ')}, with `{self.construct}`"
        return f"allow {self.action} on {self.resource} in the role, which `{self.construct}` makes"


@dataclass(frozen=True)
class EngineResult:
    """The replay of one deployed engine."""

    engine: str
    title: str
    name: str
    role: str
    sent: int = 0
    """Number of calls sent in the session of the engine."""
    decided: int = 0
    """Number of requests that only the evaluator has decided."""
    refused: tuple[Refused, ...] = ()
    left_out: tuple[Refused, ...] = ()
    """Refused calls whose permission the profile leaves out; ``reason`` says why."""


@dataclass(frozen=True)
class _Outcome:
    denials: list[tuple[EngineRequest, How, str, str, str]] = field(default_factory=list)
    """Request, how, message, cause and remedy."""
    sent: int = 0
    decided: int = 0


def not_deployed(results: list[EngineResult]) -> list[Profile]:
    """The profiles of which the environment has no engine."""
    found = {one.engine for one in results}
    return [one for one in profiles() if one.name not in found]


def check_engines(cloud: LocalCloud, environment: Environment) -> Iterator[EngineResult]:
    """Replay the calls of every deployed engine.

    Args:
        cloud: the local cloud, which is running.
        environment: the deployed environment.
    """
    deployment = Deployment(cloud.project_dir)
    root = clients(cloud, environment.region, environment.account_id, "local", None)
    for one in deployed_engines(deployment, environment):
        yield _replayed(one, cloud, environment, deployment, root)


def _replayed(
    instance: Instance, cloud: LocalCloud, environment: Environment, deployment: Deployment, root: Client
) -> EngineResult:
    profile = instance.profile
    outcome = _outcome(instance, cloud, environment, deployment, root)
    refused: list[Refused] = []
    left_out: list[Refused] = []
    for request, how, reason, cause, remedy in outcome.denials:
        why = profile.reason_left_out(request.action)
        made = Refused(
            action=request.action,
            resource=request.resource,
            how=how,
            reason=why or reason,
            source=request.source,
            role=instance.role_arn or instance.principal,
            address=deployment.address_of_role(instance.role_arn),
            construct=profile.made_by,
            cause="" if why else cause,
            remedy="" if why else remedy,
        )
        (left_out if why and how != "session" else refused).append(made)
    return EngineResult(
        engine=profile.name,
        title=profile.title,
        name=instance.name,
        role=instance.role_arn or instance.principal,
        sent=outcome.sent,
        decided=outcome.decided,
        refused=tuple(refused),
        left_out=tuple(left_out),
    )


def _outcome(
    instance: Instance, cloud: LocalCloud, environment: Environment, deployment: Deployment, root: Client
) -> _Outcome:
    requests = instance.requests()
    try:
        caller = caller_of(instance, cloud, environment, deployment)
    except LocalCloudError as error:
        assumed = EngineRequest("sts:AssumeRole", instance.role_arn, "trust policy of the role")
        return _Outcome([(assumed, "session", error.problem, "", "")])
    engine = clients(cloud, environment.region, *caller.keys) if caller.keys else None
    sent = [one for one in requests if engine and is_sent(one, root)]
    decided = [one for one in requests if one not in sent]
    asked = [{"action": one.action, "resource": one.resource, "context": dict(one.context)} for one in decided]
    denials: list[tuple[EngineRequest, How, str, str, str]] = [
        (one, "decision", str(denial["message"]), "", "")
        for one, denial in zip(decided, cloud.decisions(dict(caller.described), asked), strict=True)
        if denial
    ]
    for one in sent:
        if engine and (message := send(one, engine, root)):
            denials.append((one, "call", message, *_explained(cloud, message)))
    return _Outcome(denials, len(sent), len(decided))


def _explained(cloud: LocalCloud, message: str) -> tuple[str, str]:
    """Cause and remedy of the last denial, if it has this message and needs an explanation; else empty."""
    for denial in cloud.denials()[:1]:
        if denial["fix"] and denial["message"] == message:
            return str(denial["reason"]).removeprefix("because "), str(denial["fix"])
    return "", ""
