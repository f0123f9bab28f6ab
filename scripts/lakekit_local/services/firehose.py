"""Firehose: streams with every source and destination, stored as sent. Nothing is delivered.

moto does not keep MSK sources and most settings of Iceberg destinations. `DirectPut` streams to S3 are also created
in moto, so that `PutRecord` writes to the bucket.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lakekit_local.requests.registry import Call, ServiceError, handles, now

_DESTINATION = re.compile(r"(\w+)Destination(Configuration|Update)\Z")
_MSK, _KINESIS = "MSKSourceConfiguration", "KinesisStreamSourceConfiguration"
_ID = "destinationId-000000000001"


def _streams(call: Call) -> Any:
    return call.table("stream", missing="ResourceNotFoundException", exists="ResourceInUseException")


def _arn(call: Call) -> str:
    return call.arn(f"deliverystream/{call['DeliveryStreamName']}")


def _described(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return a destination as DescribeDeliveryStream shows it: renamed S3 settings, and always buffering hints."""
    renamed = {
        "S3Configuration": "S3DestinationDescription",
        "S3Update": "S3DestinationDescription",
        "S3BackupConfiguration": "S3BackupDescription",
        "S3BackupUpdate": "S3BackupDescription",
    }
    shown = {renamed.get(name, name): value for name, value in settings.items() if value is not None}
    for name in ("S3DestinationDescription", "S3BackupDescription"):
        if name in shown:
            shown[name] = _s3(shown[name])
    return shown


def _s3(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "BufferingHints": {"SizeInMBs": 5, "IntervalInSeconds": 300},
        "CompressionFormat": "UNCOMPRESSED",
        "EncryptionConfiguration": {"NoEncryptionConfig": "NoEncryption"},
        **settings,
    }


def _destination(params: Mapping[str, Any], suffix: str) -> tuple[str, dict[str, Any]]:
    found = [
        (match.group(1), value)
        for name, value in params.items()
        if value is not None and (match := _DESTINATION.match(name)) and match.group(2) == suffix
    ]
    if len(found) != 1:
        raise ServiceError("InvalidArgumentException", "Exactly one destination configuration is needed.")
    return found[0]


@handles("firehose", "CreateDeliveryStream")
def create(call: Call) -> dict[str, Any]:
    kind, settings = _destination(call.params, "Configuration")
    destination = _described(settings)
    if kind == "ExtendedS3":
        destination = _s3(destination)
    source: dict[str, Any] = {}
    if call.get(_MSK):
        begins = call[_MSK].get("ReadFromTimestamp")
        source["MSKSourceDescription"] = {**call[_MSK], "DeliveryStartTimestamp": begins or now()}
    if call.get(_KINESIS):
        source["KinesisStreamSourceDescription"] = {**call[_KINESIS], "DeliveryStartTimestamp": now()}
    encryption = call.get("DeliveryStreamEncryptionConfigurationInput")
    if encryption and source:
        raise ServiceError("InvalidArgumentException", "Encryption cannot be set for streams with a source.")
    record = {
        "DeliveryStreamName": call["DeliveryStreamName"],
        "DeliveryStreamARN": _arn(call),
        "DeliveryStreamStatus": "ACTIVE",
        "DeliveryStreamType": call.get("DeliveryStreamType", "DirectPut"),
        "VersionId": "1",
        "CreateTimestamp": now(),
        "HasMoreDestinations": False,
        "Destinations": [{"DestinationId": _ID, f"{kind}DestinationDescription": destination}],
        "DeliveryStreamEncryptionConfiguration": {**encryption, "Status": "ENABLED"}
        if encryption
        else {"Status": "DISABLED"},
    }
    if source:
        record["Source"] = source
    _streams(call).create(record["DeliveryStreamName"], record)
    call.tags.add(_arn(call), call.get("Tags", []))
    if not source and kind in {"S3", "ExtendedS3"}:
        call.forward_to_moto()
    return {"DeliveryStreamARN": record["DeliveryStreamARN"]}


@handles("firehose", "DescribeDeliveryStream")
def describe(call: Call) -> dict[str, Any]:
    return {"DeliveryStreamDescription": _streams(call).get(call["DeliveryStreamName"])}


@handles("firehose", "ListDeliveryStreams")
def list_all(call: Call) -> dict[str, Any]:
    wanted = call.get("DeliveryStreamType")
    found = _streams(call).all(lambda record: wanted in {None, record["DeliveryStreamType"]})
    return {"DeliveryStreamNames": sorted(r["DeliveryStreamName"] for r in found), "HasMoreDeliveryStreams": False}


@handles("firehose", "UpdateDestination")
def update(call: Call) -> None:
    name = call["DeliveryStreamName"]
    record = _streams(call).get(name)
    if call["CurrentDeliveryStreamVersionId"] != record["VersionId"]:
        raise ServiceError("ConcurrentModificationException", f"{name} is at version {record['VersionId']}.")
    kind, settings = _destination(call.params, "Update")
    key = f"{kind}DestinationDescription"
    destination = record["Destinations"][0]
    # An update keeps the settings that it does not name.
    destination[key] = {**destination.get(key, {}), **_described(settings)}
    version = str(int(record["VersionId"]) + 1)
    _streams(call).update(name, {"Destinations": [destination], "VersionId": version, "LastUpdateTimestamp": now()})


@handles("firehose", "StartDeliveryStreamEncryption")
def encrypt(call: Call) -> None:
    wanted = {**call.get("DeliveryStreamEncryptionConfigurationInput", {"KeyType": "AWS_OWNED_CMK"})}
    changes = {"DeliveryStreamEncryptionConfiguration": {**wanted, "Status": "ENABLED"}}
    _streams(call).update(call["DeliveryStreamName"], changes)


@handles("firehose", "StopDeliveryStreamEncryption")
def decrypt(call: Call) -> None:
    changes = {"DeliveryStreamEncryptionConfiguration": {"Status": "DISABLED"}}
    _streams(call).update(call["DeliveryStreamName"], changes)


@handles("firehose", "DeleteDeliveryStream")
def delete(call: Call) -> None:
    record = _streams(call).delete(call["DeliveryStreamName"])
    call.tags.remove_all(_arn(call))
    if "Source" not in record and {"S3DestinationDescription", "ExtendedS3DestinationDescription"} & set(
        record["Destinations"][0]
    ):
        call.forward_to_moto()


@handles("firehose", "TagDeliveryStream")
def tag(call: Call) -> None:
    _streams(call).get(call["DeliveryStreamName"])
    call.tags.add(_arn(call), call["Tags"])


@handles("firehose", "UntagDeliveryStream")
def untag(call: Call) -> None:
    call.tags.remove(_arn(call), call["TagKeys"])


@handles("firehose", "ListTagsForDeliveryStream")
def tags(call: Call) -> dict[str, Any]:
    _streams(call).get(call["DeliveryStreamName"])
    return {"Tags": call.tags.as_list(_arn(call)), "HasMoreTags": False}
