"""Values of attributes that services refuse, although their models admit them.

Sources: AWS Systems Manager user guide, "Managing parameter tiers" (4 KB); Amazon SQS API reference,
"SetQueueAttributes"; Amazon SNS API reference, "Subscribe" (protocols); Amazon CloudWatch API reference,
"PutMetricAlarm" (``Period``, ``Statistic`` or ``ExtendedStatistic``); AWS Glue API reference, "CreateJob"
(``MaxCapacity``: "Do not set MaxCapacity if using WorkerType and NumberOfWorkers"); Amazon EC2 API reference,
"IpPermission"; Amazon CloudWatch Logs API reference, "CreateLogGroup" (the key exists); Amazon Athena API reference,
"DeleteWorkGroup" and "ResultConfiguration".
"""

from __future__ import annotations

from typing import Any, Final

from moto.athena.models import athena_backends
from moto.kms.models import kms_backends

from lakekit_local.limits.registry import limits
from lakekit_local.requests.registry import Call, ServiceError

MAX_STANDARD_PARAMETER: Final = 4096
_QUEUES: Final = {
    "DelaySeconds": (0, 900),
    "MaximumMessageSize": (1024, 1_048_576),
    "MessageRetentionPeriod": (60, 1_209_600),
    "ReceiveMessageWaitTimeSeconds": (0, 20),
    "VisibilityTimeout": (0, 43_200),
}
_PROTOCOLS: Final = (*("application", "email", "email-json", "firehose", "http", "https", "lambda", "sms", "sqs"),)
_SHORT_PERIODS: Final = (10, 20, 30)
_MAX_PORT: Final = 65_535


@limits("ssm", "PutParameter")
def parameter(call: Call) -> None:
    """The size of a standard parameter."""
    size = len(str(call.get("Value") or "").encode())
    if call.get("Tier", "Standard") == "Standard" and size > MAX_STANDARD_PARAMETER:
        text = f"Standard tier parameters support a maximum parameter value of {MAX_STANDARD_PARAMETER} characters."
        raise ServiceError("ValidationException", text, 400)


@limits("sqs", "CreateQueue", "SetQueueAttributes")
def queue(call: Call) -> None:
    """The attributes of a queue."""
    for name, value in (call.get("Attributes") or {}).items():
        least, most = _QUEUES.get(name, (0, 0))
        if name in _QUEUES and not (str(value).isdecimal() and least <= int(value) <= most):
            raise ServiceError("InvalidAttributeValue", f"Invalid value for the parameter {name}.", 400)


@limits("sns", "Subscribe")
def subscription(call: Call) -> None:
    """The protocol of a subscription."""
    if call["Protocol"] not in _PROTOCOLS:
        text = f"Invalid parameter: Does not support this protocol string: {call['Protocol']}"
        raise ServiceError("InvalidParameter", text, 400)


@limits("cloudwatch", "PutMetricAlarm")
def alarm(call: Call) -> None:
    """The period and the statistic of an alarm."""
    period = call.get("Period")
    if period is not None and period not in _SHORT_PERIODS and (period < 1 or period % 60):
        text = f"The period {period} is not valid: 10, 20, 30 or a multiple of 60."
        raise ServiceError("InvalidParameterValueException", text, 400)
    if call.get("Statistic") and call.get("ExtendedStatistic"):
        text = "Statistic and ExtendedStatistic cannot both be specified."
        raise ServiceError("InvalidParameterCombinationException", text, 400)


@limits("glue", "CreateJob")
def job(call: Call) -> None:
    """The capacity of a job."""
    if call.get("MaxCapacity") is not None and (call.get("WorkerType") or call.get("NumberOfWorkers")):
        raise ServiceError("InvalidInputException", "Please do not set Max Capacity if using Worker Type.", 400)


@limits("ec2", "AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress")
def ports(call: Call) -> None:
    """The ports of a rule for TCP or UDP."""
    for one in call.get("IpPermissions") or ():
        first, last = one.get("FromPort"), one.get("ToPort")
        if str(one.get("IpProtocol")) not in ("tcp", "udp", "6", "17") or first is None or last is None:
            continue
        if not -1 <= first <= last <= _MAX_PORT:
            text = f"Invalid value '{first}-{last}' for TCP/UDP port range"
            raise ServiceError("InvalidParameterValue", text, 400)


@limits("logs", "CreateLogGroup", "AssociateKmsKey")
def log_group_key(call: Call) -> None:
    """The key of a log group, as far as it is one of the caller's account."""
    parts = str(call.get("kmsKeyId") or "").split(":", 5)
    if len(parts) == 6 and parts[4] == call.account:
        known: Any = kms_backends[parts[4]][parts[3]].keys
        if parts[5].startswith("key/") and parts[5].removeprefix("key/") not in known:
            text = "The specified KMS Key Id could not be found or does not allow access."
            raise ServiceError("InvalidParameterException", text, 400)


@limits("athena", "StartQueryExecution")
def disabled_workgroup(call: Call) -> None:
    """Queries of a workgroup that is disabled."""
    group = _workgroup(call)
    if group is not None and group.state == "DISABLED":
        raise ServiceError("InvalidRequestException", f"WorkGroup {group.name} is disabled.", 400)


@limits("athena", "DeleteWorkGroup")
def deleted_workgroup(call: Call) -> None:
    """The primary workgroup, and workgroups with queries."""
    name = str(call["WorkGroup"])
    if name == "primary":
        raise ServiceError("InvalidRequestException", "The primary workgroup cannot be deleted.", 400)
    queries = call.table("execution").all(lambda one: one["WorkGroup"] == name)
    saved: Any = athena_backends[call.account][call.region].named_queries.values()
    if not call.get("RecursiveDeleteOption") and (queries or any(one.workgroup.name == name for one in saved)):
        raise ServiceError("InvalidRequestException", f"WorkGroup {name} is not empty", 400)


@limits("athena", "CreateWorkGroup", "UpdateWorkGroup")
def output_location(call: Call) -> None:
    """The location of results."""
    settings = call.get("Configuration") or call.get("ConfigurationUpdates") or {}
    results = settings.get("ResultConfiguration") or settings.get("ResultConfigurationUpdates") or {}
    location = results.get("OutputLocation")
    if location and not str(location).startswith("s3://"):
        raise ServiceError("InvalidRequestException", f"OutputLocation is not a valid S3 path: {location}", 400)


def _workgroup(call: Call) -> Any:
    name = str(call.get("WorkGroup") or "primary")
    return athena_backends[call.account][call.region].work_groups.get(name)
