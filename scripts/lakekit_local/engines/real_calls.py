"""Calls that are sent to the local cloud in the session of an engine: those that change nothing or can be undone."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from botocore.exceptions import ClientError

from lakekit_local.engines.requests import EngineRequest
from lakekit_local.errors import LocalCloudError

PROBE: Final = "lakekit-check-engines"
"""Name of the objects and log streams that are created and removed."""
_DENIED: Final = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "403")
_ABSENT: Final = ("404", "EntityNotFoundException", "NoSuchKey", "ResourceNotFoundException")
_EXISTS: Final = ("ResourceAlreadyExistsException",)
_READ_ONLY: Final = (
    *("DatabaseName", "CreateTime", "UpdateTime", "CreatedBy", "IsRegisteredWithLakeFormation", "CatalogId"),
    *("VersionId", "FederatedTable", "IsMultiDialectView", "Status"),
)
Client = Callable[[str], Any]
Sent = Callable[[EngineRequest, Client, Client], None]


def send(request: EngineRequest, engine: Client, root: Client) -> str | None:
    """Send the call of a request.

    Args:
        request: the request; see `is_sent`.
        engine: makes clients with the session of the engine.
        root: makes clients of the root user, who removes what was created.

    Returns:
        The message of the denial; None if the call is allowed, whether or not what it reads exists.

    Raises:
        LocalCloudError: the call, or one that prepares or undoes it, failed for another reason than a denial.
    """
    try:
        _SENT[request.action](request, engine, root)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in _DENIED:
            return str(error.response["Error"]["Message"])
        if code not in (*_ABSENT, *_EXISTS):
            raise _failed(f"{request.action} on {request.resource}", error) from error
    return None


def is_sent(request: EngineRequest, root: Client) -> bool:
    """Whether the request is sent; of one operation, the request on the most specific resource is.

    A table that a crawler will create is not there: calls on it are decided.
    """
    if request.action not in _SENT or "*" in request.resource.rpartition(":")[2].replace("/*", ""):
        return False
    if request.action.startswith("glue:"):
        resource = request.resource.split(":", 5)[5]
        wanted = {"glue:GetTable": "table/", "glue:UpdateTable": "table/", "glue:GetDatabase": "database/"}
        if not resource.startswith(wanted[request.action]):
            return False
        return resource.startswith("database/") or _is_table(request, root)
    return True


def _is_table(request: EngineRequest, root: Client) -> bool:
    try:
        root("glue").get_table(**_names(request))
    except ClientError as error:
        if error.response["Error"]["Code"] in _ABSENT:
            return False
        raise _failed(f"{error.operation_name}, which prepares a call of an engine,", error) from error
    return True


def _helped(call: Callable[..., Any], **arguments: Any) -> Any:
    """Make a call that prepares or undoes the call of an engine."""
    try:
        return call(**arguments)
    except ClientError as error:
        raise _failed(f"{error.operation_name}, which prepares or undoes a call of an engine,", error) from error


def _failed(what: str, error: ClientError) -> LocalCloudError:
    return LocalCloudError(
        f"{what} failed, so that the check is not complete: {error}",
        fix="deploy the environment again if a resource of it is missing (`lakekit deploy`)",
    )


def _bucket_and_key(request: EngineRequest) -> tuple[str, str]:
    bucket, _, key = request.resource.partition(":::")[2].partition("/")
    return bucket, key


def _get_object(request: EngineRequest, engine: Client, _root: Client) -> None:
    bucket, key = _bucket_and_key(request)
    try:
        # A response to HEAD would not say which permission is missing.
        engine("s3").get_object(Bucket=bucket, Key=key, Range="bytes=0-0")["Body"].close()
    except ClientError as error:
        # It may be read, but does not exist, which only those learn who may list the bucket.
        if "perform: s3:ListBucket" not in str(error):
            raise


def _list_bucket(request: EngineRequest, engine: Client, _root: Client) -> None:
    prefix = request.context.get("s3:prefix")
    more = {} if prefix is None else {"Prefix": prefix}
    engine("s3").list_objects_v2(Bucket=_bucket_and_key(request)[0], MaxKeys=1, **more)


def _bucket_location(request: EngineRequest, engine: Client, _root: Client) -> None:
    engine("s3").get_bucket_location(Bucket=_bucket_and_key(request)[0])


def _probe(request: EngineRequest) -> dict[str, str]:
    bucket, key = _bucket_and_key(request)
    return {"Bucket": bucket, "Key": f"{key.rpartition('/')[0]}/{PROBE}".lstrip("/")}


def _put_object(request: EngineRequest, engine: Client, root: Client) -> None:
    probe = _probe(request)
    made = engine("s3").put_object(**probe, Body=b"")
    _remove(root, probe, made)


def _delete_object(request: EngineRequest, engine: Client, root: Client) -> None:
    probe = _probe(request)
    _remove(root, probe, engine("s3").delete_object(**probe))


def _remove(root: Client, probe: Mapping[str, str], made: Mapping[str, Any]) -> None:
    version = {"VersionId": made["VersionId"]} if "VersionId" in made else {}
    _helped(root("s3").delete_object, **probe, **version)


def _get_database(request: EngineRequest, engine: Client, _root: Client) -> None:
    engine("glue").get_database(Name=request.resource.rpartition("/")[2])


def _names(request: EngineRequest) -> dict[str, str]:
    _, database, table = request.resource.split(":", 5)[5].split("/")
    return {"DatabaseName": database, "Name": table}


def _get_table(request: EngineRequest, engine: Client, _root: Client) -> None:
    engine("glue").get_table(**_names(request))


def _update_table(request: EngineRequest, engine: Client, root: Client) -> None:
    """Update the table with what it has."""
    names = _names(request)
    table = _helped(root("glue").get_table, **names)["Table"]
    content = {name: value for name, value in table.items() if name not in _READ_ONLY}
    engine("glue").update_table(DatabaseName=names["DatabaseName"], TableInput=content, SkipArchive=True)


def _group(request: EngineRequest) -> str:
    return request.resource.split(":", 6)[6].partition(":")[0]


def _create_stream(request: EngineRequest, engine: Client, root: Client) -> None:
    stream = {"logGroupName": _group(request), "logStreamName": PROBE}
    engine("logs").create_log_stream(**stream)
    _helped(root("logs").delete_log_stream, **stream)


def _put_events(request: EngineRequest, engine: Client, root: Client) -> None:
    """Write to a stream; the group exists for the time of the call if the engine makes it in its first run."""
    group = {"logGroupName": _group(request)}
    stream = {**group, "logStreamName": f"{PROBE}-events"}
    logs = root("logs")
    found = _helped(logs.describe_log_groups, logGroupNamePrefix=_group(request))["logGroups"]
    missing = all(one["logGroupName"] != _group(request) for one in found)
    if missing:
        _helped(logs.create_log_group, **group)
    try:
        _helped(logs.create_log_stream, **stream)
        try:
            events = [{"timestamp": int(time.time() * 1000), "message": PROBE}]
            engine("logs").put_log_events(**stream, logEvents=events)
        finally:
            _helped(logs.delete_log_stream, **stream)
    finally:
        if missing:
            _helped(logs.delete_log_group, **group)


def _describe_streams(request: EngineRequest, engine: Client, _root: Client) -> None:
    engine("logs").describe_log_streams(logGroupName=_group(request))


_SENT: Final[dict[str, Sent]] = {
    "glue:GetDatabase": _get_database,
    "glue:GetTable": _get_table,
    "glue:UpdateTable": _update_table,
    "logs:CreateLogStream": _create_stream,
    "logs:DescribeLogStreams": _describe_streams,
    "logs:PutLogEvents": _put_events,
    "s3:DeleteObject": _delete_object,
    "s3:GetBucketLocation": _bucket_location,
    "s3:GetObject": _get_object,
    "s3:ListBucket": _list_bucket,
    "s3:PutObject": _put_object,
}
