"""Roles of requests that the service of the request cannot assume: they do not exist, or do not trust it.

Sources: EventBridge Scheduler user guide, "Troubleshooting" (``ValidationException``); AWS Step Functions developer
guide, "Creating a state machine with the correct role" (regional and global principal); Amazon EventBridge,
``PutRule`` and ``PutTargets`` (hashicorp/terraform-provider-aws and Miserlou/Zappa issue 381 quote the message); AWS
Glue, ``CreateCrawler`` (terraform-provider-aws issue 30371); Amazon Data Firehose and Managed Service for Apache Flink:
the messages on which the Terraform provider repeats a request until a new role has spread. Texts are like those of AWS,
not compared with an account.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from moto.glue.models import glue_backends
from moto.iam.models import iam_backends

from lakekit_local.authorization.permissions.model import named
from lakekit_local.authorization.service_sessions import service_may_assume
from lakekit_local.limits.registry import limits
from lakekit_local.requests.registry import Call, ServiceError

_ROLE: Final = ":role/"


@limits("firehose", "CreateDeliveryStream", "UpdateDestination")
def delivery_stream(call: Call) -> None:
    """The roles of a source and of destinations."""
    source = call.arn(f"deliverystream/{call['DeliveryStreamName']}")
    for role in _roles(call, "rolearn"):
        if not _assumable(call, role, source, "firehose.amazonaws.com"):
            text = f"Firehose is unable to assume role {role}. Please check the role provided."
            raise ServiceError("InvalidArgumentException", text, 400)


@limits("scheduler", "CreateSchedule", "UpdateSchedule")
def schedule(call: Call) -> None:
    """The role of the target of a schedule. Services state the group of the schedule as the source."""
    group = call.arn(f"schedule-group/{call.get('GroupName') or 'default'}")
    if not _assumable(call, str(call["Target"]["RoleArn"]), group, "scheduler.amazonaws.com"):
        text = "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."
        raise ServiceError("ValidationException", text, 400)


@limits("stepfunctions", "CreateStateMachine", "UpdateStateMachine")
def state_machine(call: Call) -> None:
    """The role of a state machine."""
    role = call.get("roleArn")
    source = str(call.get("stateMachineArn") or call.arn(f"stateMachine:{call.get('name')}", service="states"))
    principals = ("states.amazonaws.com", f"states.{call.region}.amazonaws.com")
    if role and not _assumable(call, str(role), source, *principals):
        text = (
            f"Neither the global service principal {principals[0]}, nor the regional one is authorized to assume the "
            "provided role."
        )
        raise ServiceError("AccessDeniedException", text, 400)


@limits("events", "PutRule", "PutTargets")
def rule(call: Call) -> None:
    """The roles of a rule and of its targets."""
    source = call.arn(f"rule/{call.get('Name') or call.get('Rule')}")
    for role in _roles(call, "rolearn"):
        if not _assumable(call, role, source, "events.amazonaws.com"):
            text = f"Provided role '{role}' cannot be assumed by principal 'events.amazonaws.com'."
            raise ServiceError("ValidationException", text, 400)


@limits("glue", "CreateCrawler", "UpdateCrawler")
def crawler(call: Call) -> None:
    """The role of a crawler, by ARN or name."""
    role = call.get("Role")
    if role and not _assumable(call, str(role), call.arn(f"crawler/{call['Name']}"), "glue.amazonaws.com"):
        text = "Service is unable to assume provided role. Please verify role's TrustPolicy"
        raise ServiceError("InvalidInputException", text, 400)


@limits("glue", "StartJobRun")
def job_run(call: Call) -> None:
    """The role of a job, by ARN or name. Jobs are created with any role."""
    known = glue_backends[call.account][call.region].jobs.get(str(call["JobName"]))
    if known and not _assumable(call, str(known.role), call.arn(f"job/{call['JobName']}"), "glue.amazonaws.com"):
        text = f"Role {known.role} should be given assume role permissions for Glue Service."
        raise ServiceError("InvalidInputException", text, 400)


@limits("kinesisanalyticsv2", "CreateApplication", "UpdateApplication")
def flink_application(call: Call) -> None:
    """The execution role of an application."""
    role = call.get("ServiceExecutionRole") or call.get("ServiceExecutionRoleUpdate")
    source = call.arn(f"application/{call['ApplicationName']}", service="kinesisanalytics")
    if role and not _assumable(call, str(role), source, "kinesisanalytics.amazonaws.com"):
        text = "Kinesis Analytics service doesn't have sufficient privileges: it cannot assume the role."
        raise ServiceError("InvalidArgumentException", text, 400)


def _roles(call: Call, parameter: str) -> Iterator[str]:
    """The values of a parameter wherever a request has it."""
    found = (value for name, value, _ in named(call.params) if name == parameter and isinstance(value, str))
    return iter(dict.fromkeys(found))


def _assumable(call: Call, role: str, source: str, *principals: str) -> bool:
    """Whether one of the names of a service may assume a role, given by ARN or by name."""
    arn = role if _ROLE in role else _arn_of(call, role)
    return bool(arn) and any(
        service_may_assume(arn, principal=one, region=call.region, source_arn=source) for one in principals
    )


def _arn_of(call: Call, name: str) -> str:
    """The ARN of a role by its name, with or without its path; empty if it does not exist."""
    known = iam_backends[call.account][call.partition].roles.values()
    return next((str(role.arn) for role in known if role.name == name.rpartition("/")[2]), "")
