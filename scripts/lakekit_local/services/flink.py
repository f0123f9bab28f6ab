"""Managed Service for Apache Flink: applications and their states. No job is executed.

moto sends timestamps that clients cannot parse, and lacks update, start, stop and delete.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.ec2.models import ec2_backends

from lakekit_local.requests.registry import Call, ServiceError, handles, new_id, now
from lakekit_local.requests.tag_handlers import handle_tags
from lakekit_local.services.flink_settings import apply_update, describe_settings

_SERVICE = "kinesisanalyticsv2"


def applications(call: Call) -> Any:
    """Return the applications by name."""
    return call.table("application", exists="ResourceInUseException")


def _change(call: Call, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Store a change as the next version; reject a stale current version."""
    name = call["ApplicationName"]
    record = applications(call).get(name)
    sent = call.get("CurrentApplicationVersionId")
    if sent is not None and sent != record["ApplicationVersionId"]:
        raise ServiceError("ConcurrentModificationException", f"{name} is at {record['ApplicationVersionId']}.")
    version = record["ApplicationVersionId"] + 1
    kept: dict[str, Any] = applications(call).update(
        name, {**changes, "ApplicationVersionId": version, "LastUpdateTimestamp": now()}
    )
    return kept


def _operation(call: Call, kind: str) -> str:
    done = {"Operation": kind, "StartTime": now(), "EndTime": now(), "OperationStatus": "SUCCESSFUL"}
    id = new_id()
    call.table("operation").create(id, {**done, "ApplicationName": call["ApplicationName"]})
    return id


@handles(_SERVICE, "CreateApplication")
def create(call: Call) -> dict[str, Any]:
    name = call["ApplicationName"]
    arn = call.arn(f"application/{name}", service="kinesisanalytics")
    record = {
        "ApplicationARN": arn,
        "ApplicationName": name,
        "ApplicationStatus": "READY",
        "ApplicationVersionId": 1,
        "ApplicationMode": call.get("ApplicationMode", "STREAMING"),
        "CreateTimestamp": now(),
        "LastUpdateTimestamp": now(),
        "ApplicationConfigurationDescription": describe_settings(
            call.get("ApplicationConfiguration", {}), _vpc_of(call)
        ),
        "CloudWatchLoggingOptionDescriptions": [
            {"CloudWatchLoggingOptionId": f"1.{number}", "LogStreamARN": option["LogStreamARN"]}
            for number, option in enumerate(call.get("CloudWatchLoggingOptions", []), start=1)
        ],
        **call.pick("ApplicationDescription", "RuntimeEnvironment", "ServiceExecutionRole"),
    }
    applications(call).create(name, record)
    call.tags.add(arn, call.get("Tags", []))
    return {"ApplicationDetail": record}


@handles(_SERVICE, "DescribeApplication")
def describe(call: Call) -> dict[str, Any]:
    return {"ApplicationDetail": applications(call).get(call["ApplicationName"])}


@handles(_SERVICE, "ListApplications")
def list_all(call: Call) -> dict[str, Any]:
    names = ("ApplicationName", "ApplicationARN", "ApplicationStatus", "ApplicationVersionId", "RuntimeEnvironment")
    return {"ApplicationSummaries": [{n: record[n] for n in names} for record in applications(call).all()]}


@handles(_SERVICE, "UpdateApplication")
def update(call: Call) -> dict[str, Any]:
    record = applications(call).get(call["ApplicationName"])
    configuration = apply_update(
        record["ApplicationConfigurationDescription"],
        call.get("ApplicationConfigurationUpdate", {}),
        call.get("RunConfigurationUpdate", {}),
    )
    logging = {
        change["CloudWatchLoggingOptionId"]: change["LogStreamARNUpdate"]
        for change in call.get("CloudWatchLoggingOptionUpdates", [])
    }
    options = [
        {**option, "LogStreamARN": logging.get(option["CloudWatchLoggingOptionId"], option["LogStreamARN"])}
        for option in record["CloudWatchLoggingOptionDescriptions"]
    ]
    changes = {
        "ApplicationConfigurationDescription": configuration,
        "CloudWatchLoggingOptionDescriptions": options,
        "ServiceExecutionRole": call.get("ServiceExecutionRoleUpdate", record["ServiceExecutionRole"]),
        "RuntimeEnvironment": call.get("RuntimeEnvironmentUpdate", record["RuntimeEnvironment"]),
    }
    kept = _change(call, changes)
    return {"ApplicationDetail": kept, "OperationId": _operation(call, "UpdateApplication")}


@handles(_SERVICE, "StartApplication")
def start(call: Call) -> dict[str, Any]:
    record = applications(call).get(call["ApplicationName"])
    if record["ApplicationStatus"] != "READY":
        raise ServiceError("ResourceInUseException", f"The application is {record['ApplicationStatus']}.")
    configuration = apply_update(record["ApplicationConfigurationDescription"], {}, call.get("RunConfiguration", {}))
    changes = {"ApplicationStatus": "RUNNING", "ApplicationConfigurationDescription": configuration}
    applications(call).update(call["ApplicationName"], changes)
    return {"OperationId": _operation(call, "StartApplication")}


@handles(_SERVICE, "StopApplication")
def stop(call: Call) -> dict[str, Any]:
    record = applications(call).get(call["ApplicationName"])
    if record["ApplicationStatus"] != "RUNNING":
        raise ServiceError("InvalidApplicationConfigurationException", "The application does not run.")
    applications(call).update(call["ApplicationName"], {"ApplicationStatus": "READY"})
    return {"OperationId": _operation(call, "StopApplication")}


@handles(_SERVICE, "DeleteApplication")
def delete(call: Call) -> None:
    record = applications(call).delete(call["ApplicationName"])
    call.tags.remove_all(record["ApplicationARN"])


@handles(_SERVICE, "DescribeApplicationOperation")
def operation(call: Call) -> dict[str, Any]:
    found = call.table("operation").get(call["OperationId"])
    return {"ApplicationOperationInfoDetails": {k: v for k, v in found.items() if k != "ApplicationName"}}


@handles(_SERVICE, "AddApplicationVpcConfiguration")
def add_vpc(call: Call) -> dict[str, Any]:
    record = applications(call).get(call["ApplicationName"])
    known = record["ApplicationConfigurationDescription"]
    wanted = call["VpcConfiguration"]
    added = {**wanted, "VpcConfigurationId": "1.1", "VpcId": _vpc(call, wanted["SubnetIds"][0])}
    kept = _change(call, {"ApplicationConfigurationDescription": {**known, "VpcConfigurationDescriptions": [added]}})
    return {
        "ApplicationARN": kept["ApplicationARN"],
        "ApplicationVersionId": kept["ApplicationVersionId"],
        "VpcConfigurationDescription": added,
        "OperationId": _operation(call, "AddApplicationVpcConfiguration"),
    }


@handles(_SERVICE, "DeleteApplicationVpcConfiguration")
def delete_vpc(call: Call) -> dict[str, Any]:
    known = applications(call).get(call["ApplicationName"])["ApplicationConfigurationDescription"]
    kept = _change(call, {"ApplicationConfigurationDescription": {**known, "VpcConfigurationDescriptions": []}})
    return {
        "ApplicationARN": kept["ApplicationARN"],
        "ApplicationVersionId": kept["ApplicationVersionId"],
        "OperationId": _operation(call, "DeleteApplicationVpcConfiguration"),
    }


@handles(_SERVICE, "AddApplicationCloudWatchLoggingOption")
def add_logging(call: Call) -> dict[str, Any]:
    stream = call["CloudWatchLoggingOption"]["LogStreamARN"]
    return _logging(call, [{"CloudWatchLoggingOptionId": "1.1", "LogStreamARN": stream}])


@handles(_SERVICE, "DeleteApplicationCloudWatchLoggingOption")
def delete_logging(call: Call) -> dict[str, Any]:
    return _logging(call, [])


def _logging(call: Call, options: list[dict[str, Any]]) -> dict[str, Any]:
    kept = _change(call, {"CloudWatchLoggingOptionDescriptions": options})
    return {
        "ApplicationARN": kept["ApplicationARN"],
        "ApplicationVersionId": kept["ApplicationVersionId"],
        "CloudWatchLoggingOptionDescriptions": options,
        "OperationId": _operation(call, "AddApplicationCloudWatchLoggingOption"),
    }


def _vpc_of(call: Call) -> str:
    wanted = call.get("ApplicationConfiguration", {}).get("VpcConfigurations") or []
    return _vpc(call, wanted[0]["SubnetIds"][0]) if wanted else ""


def _vpc(call: Call, subnet: str) -> str:
    """Return the VPC of a subnet."""
    for zone in ec2_backends[call.account][call.region].subnets.values():
        if subnet in zone:
            return str(zone[subnet].vpc_id)
    raise ServiceError("InvalidArgumentException", f"There is no subnet {subnet}.")


handle_tags(_SERVICE, arn="ResourceARN", tags="Tags", keys="TagKeys", as_list=True)
