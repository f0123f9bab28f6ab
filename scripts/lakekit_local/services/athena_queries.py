"""Athena: queries run on DuckDB, with the caller's permissions of IAM and Lake Formation.

Source: Athena User Guide, "Use Athena to query data registered with AWS Lake Formation". Each query runs in the
background, as in AWS: its state is RUNNING until it has SUCCEEDED or FAILED.
"""

from __future__ import annotations

import csv
import io
import json
import logging
import threading
from dataclasses import dataclass
from typing import Any, Final

import boto3
from botocore.exceptions import ClientError
from moto.athena.models import athena_backends

from lakekit_local.authorization.permissions.s3 import has_object
from lakekit_local.queries.engine import Keys, Source, Target, execute
from lakekit_local.queries.errors import QueryError
from lakekit_local.queries.inputs import caller_of, source_of, target_of
from lakekit_local.queries.sandbox import Result
from lakekit_local.queries.statement import Statement, read_statement
from lakekit_local.requests.registry import Call, ServiceError, handles, new_id, now
from lakekit_local.requests.store import Record, Table

log: Final = logging.getLogger("lakekit.local_cloud")
_MOST_ROWS: Final = 100_000
"""Rows of a result that are kept for GetQueryResults; all are in the object with the results."""
_PAGE: Final = 1000
_PRIVATE: Final = ("Rows", "Columns", "Token", "Request", "Total")
_running: Final[set[str]] = set()


@handles("athena", "StartQueryExecution")
def start(call: Call) -> dict[str, str]:
    """Check and start a query; a query that is refused has FAILED.

    API reference, "ClientRequestToken": "If another StartQueryExecution request is received, the same response is
    returned and another query is not created. An error is returned if a parameter, for example, QueryString, has
    changed."
    """
    token = str(call.get("ClientRequestToken") or "")
    repeated = _repeated(call, token)
    if repeated:
        return {"QueryExecutionId": repeated}
    identifier = new_id()
    group = str(call.get("WorkGroup") or "primary")
    context = dict(call.get("QueryExecutionContext", {}))
    record: Record = {
        "QueryExecutionId": identifier,
        "Query": call["QueryString"],
        "StatementType": "DML",
        "ResultConfiguration": {"OutputLocation": f"{_output(call, group)}{identifier}.csv"},
        "QueryExecutionContext": context,
        "Status": {"State": "RUNNING", "SubmissionDateTime": now()},
        "Statistics": {"EngineExecutionTimeInMillis": 1, "DataScannedInBytes": 0},
        "WorkGroup": group,
        "Token": token,
        "Request": _request(call),
    }
    executions = _executions(call)
    executions.put(identifier, record)
    try:
        parameters = [str(one) for one in call.get("ExecutionParameters", ())]
        statement = read_statement(call["QueryString"], str(context.get("Database", "")), parameters)
        sources = [source_of(call, one) for one in statement.tables]
        target = target_of(call, statement.target) if statement.target else None
    except QueryError as error:
        _finish(executions, record, str(error))
        return {"QueryExecutionId": identifier}
    _running.add(identifier)
    job = _Job(executions, record, statement, sources, target, caller_of(call), call.store.endpoint, call.region)
    threading.Thread(target=_run, args=(job,), daemon=True).start()
    return {"QueryExecutionId": identifier}


def _request(call: Call) -> str:
    """What a repeated request has to have in common."""
    sent = {name: value for name, value in call.params.items() if name != "ClientRequestToken"}
    return json.dumps(sent, sort_keys=True, default=str)


def _repeated(call: Call, token: str) -> str:
    """The query that a request with the same token has started; empty if there is none.

    Raises:
        ServiceError: its parameters are not the same.
    """
    known = next((one for one in _executions(call).all() if token and one.get("Token") == token), None)
    if known is None:
        return ""
    if known.get("Request") != _request(call):
        raise ServiceError("InvalidRequestException", "Idempotent parameters do not match.")
    return str(known["QueryExecutionId"])


@dataclass(frozen=True)
class _Job:
    """A query that runs in the background."""

    executions: Table
    record: Record
    statement: Statement
    sources: list[Source]
    target: Target | None
    caller: Keys
    endpoint: str
    region: str


def _run(job: _Job) -> None:
    problem, record = "", job.record
    try:
        result = execute(job.statement, job.sources, job.target, endpoint=job.endpoint, region=job.region)
        _write(result, record["ResultConfiguration"]["OutputLocation"], job)
        columns = [{"Name": name, "Type": kind, "Label": name} for name, kind in result.columns]
        record = {**record, "Rows": result.rows[:_MOST_ROWS], "Columns": columns, "Total": len(result.rows)}
    except QueryError as error:
        problem = str(error)
    except ClientError as error:
        problem = f"Access denied when writing output or committing: {error}"
    except Exception as error:
        log.exception("query %s failed", record["QueryExecutionId"])
        # Its text can quote values that the caller may not read.
        problem = f"GENERIC_INTERNAL_ERROR: {type(error).__name__}"
    _finish(job.executions, record, problem)
    _running.discard(record["QueryExecutionId"])


def _finish(executions: Table, record: Record, problem: str) -> None:
    state = {"State": "FAILED", "StateChangeReason": problem} if problem else {"State": "SUCCEEDED"}
    status = {**record["Status"], **state, "CompletionDateTime": now()}
    executions.put(record["QueryExecutionId"], {**record, "Status": status})


def _output(call: Call, group: str) -> str:
    """Where the results are written: the location of the workgroup, or of the request.

    Raises:
        ServiceError: neither is set.
    """
    known: Any = athena_backends[call.account][call.region].work_groups.get(group)
    if known is None:
        raise ServiceError("InvalidRequestException", f"WorkGroup {group} is not found.")
    settings = known.configuration or {}
    own = (settings.get("ResultConfiguration") or {}).get("OutputLocation", "")
    given = call.get("ResultConfiguration", {}).get("OutputLocation", "")
    location = own or given if settings.get("EnforceWorkGroupConfiguration") else given or own
    if not location:
        raise ServiceError("InvalidRequestException", "No output location provided. An output location is required.")
    return str(location).rstrip("/") + "/"


def _write(result: Result, location: str, job: _Job) -> None:
    """Write the results with the permissions of the caller."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    if result.columns:
        writer.writerow([name for name, _ in result.columns])
    writer.writerows(result.rows)
    caller = job.caller
    session = boto3.Session(caller.key, caller.secret, caller.token or None, job.region)
    bucket, _, key = location.removeprefix("s3://").partition("/")
    session.client("s3", endpoint_url=job.endpoint).put_object(Bucket=bucket, Key=key, Body=text.getvalue().encode())


def _executions(call: Call) -> Table:
    return call.table("execution", missing="InvalidRequestException")


def _known(call: Call, identifier: str) -> Record:
    record = _executions(call).get(identifier)
    if record["Status"]["State"] == "RUNNING" and identifier not in _running:
        record["Status"] |= {"State": "FAILED", "StateChangeReason": "the local cloud has been restarted"}
    return record


def _public(record: Record) -> Record:
    return {name: value for name, value in record.items() if name not in _PRIVATE}


@handles("athena", "GetQueryExecution")
def get(call: Call) -> dict[str, Any]:
    return {"QueryExecution": _public(_known(call, call["QueryExecutionId"]))}


@handles("athena", "BatchGetQueryExecution")
def batch_get(call: Call) -> dict[str, Any]:
    executions = _executions(call)
    found = [_public(_known(call, one)) for one in call["QueryExecutionIds"] if one in executions]
    missing = [{"QueryExecutionId": one} for one in call["QueryExecutionIds"] if one not in executions]
    return {"QueryExecutions": found, "UnprocessedQueryExecutionIds": missing}


@handles("athena", "ListQueryExecutions")
def list_queries(call: Call) -> dict[str, Any]:
    group = str(call.get("WorkGroup") or "primary")
    return {
        "QueryExecutionIds": [one["QueryExecutionId"] for one in _executions(call).all() if one["WorkGroup"] == group]
    }


@handles("athena", "StopQueryExecution")
def stop(call: Call) -> None:
    _known(call, call["QueryExecutionId"])


@handles("athena", "GetQueryResults")
def results(call: Call) -> dict[str, Any]:
    record = _known(call, call["QueryExecutionId"])
    state = record["Status"]["State"]
    if state != "SUCCEEDED":
        raise ServiceError("InvalidRequestException", f"Query has not yet finished. Current state: {state}")
    bucket, _, key = record["ResultConfiguration"]["OutputLocation"].removeprefix("s3://").partition("/")
    if not has_object(bucket, key):
        raise ServiceError("InvalidRequestException", "Could not find results")
    columns = record.get("Columns", [])
    first, size = _page(call)
    lines = [[one["Name"] for one in columns], *record.get("Rows", [])] if columns else []
    total = record.get("Total", len(lines) - 1) + 1 if columns else 0
    page = lines[first : first + size]
    if len(page) < min(size, total - first):
        location = record["ResultConfiguration"]["OutputLocation"]
        text = f"The local cloud pages the first {_MOST_ROWS} rows of a result; read the others from {location}"
        raise ServiceError("InvalidRequestException", text)
    rows = [{"Data": [{} if value is None else {"VarCharValue": value} for value in line]} for line in page]
    following = {"NextToken": str(first + size)} if first + size < total else {}
    return {"ResultSet": {"Rows": rows, "ResultSetMetadata": {"ColumnInfo": columns}}, "UpdateCount": 0, **following}


def _page(call: Call) -> tuple[int, int]:
    """First line and size of a page; the line with the names of the columns is the first of all.

    Raises:
        ServiceError: the token is not one of a page.
    """
    size = int(call.get("MaxResults", _PAGE))
    if not 0 < size <= _PAGE:
        raise ServiceError("InvalidRequestException", f"MaxResults is {size}; it must be from 1 to {_PAGE}.")
    token = str(call.get("NextToken") or "0")
    if not token.isdecimal():
        raise ServiceError("InvalidRequestException", "Invalid NextToken.")
    return int(token), size
