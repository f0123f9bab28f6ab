"""Glue: answers without the databases, tables and columns that the caller may not see; creators of new entries.

Sources: AWS Lake Formation Developer Guide, "Metadata permissions": the Data Catalog returns only the metadata that the
caller has permissions to access; "Lake Formation permissions reference": a grant of SELECT on columns shows these only.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from lakekit_local.data_permissions import records as read
from lakekit_local.data_permissions.creators import forget_deleted, record_created
from lakekit_local.data_permissions.principal import DataPrincipal
from lakekit_local.requests.registry import Call, RawResponse, handles

Output = dict[str, Any]


def changed_answer(answer: RawResponse, change: Callable[[Output], None]) -> RawResponse:
    """A JSON response after a change of its body; error responses stay as they are."""
    if not answer.ok:
        return answer
    output = json.loads(answer.body)
    change(output)
    body = json.dumps(output).encode()
    kept = [(name, value) for name, value in answer.headers if name.lower() != "content-length"]
    return RawResponse(answer.status, [*kept, ("Content-Length", str(len(body)))], body)


def keep_visible_tables(call: Call, tables: list[Output]) -> list[Output]:
    """The tables that the caller may see, each with the columns that it may see."""
    if call.identity.is_root:
        return tables
    principal = DataPrincipal(call, call.identity)
    kept = []
    for table in tables:
        columns = [*_columns(table), *(table.get("PartitionKeys") or ())]
        facts = read.facts_of(call, table["DatabaseName"], table["Name"], [one["Name"] for one in columns])
        access = principal.on_table(facts)
        if access.any:
            shown = set(principal.visible_columns(facts, facts.columns))
            _keep_columns(table, shown)
            kept.append(table)
    return kept


def _columns(table: Output) -> list[Output]:
    return list((table.get("StorageDescriptor") or {}).get("Columns") or ())


def _keep_columns(table: Output, shown: set[str]) -> None:
    if _columns(table):
        table["StorageDescriptor"]["Columns"] = [one for one in _columns(table) if one["Name"].lower() in shown]
    if table.get("PartitionKeys"):
        table["PartitionKeys"] = [one for one in table["PartitionKeys"] if one["Name"].lower() in shown]


@handles("glue", "GetDatabases")
def get_databases(call: Call) -> RawResponse:
    def change(output: Output) -> None:
        principal = DataPrincipal(call, call.identity)
        output["DatabaseList"] = [one for one in output["DatabaseList"] if principal.on_database(one["Name"])]

    answer = call.forward_to_moto()
    return answer if call.identity.is_root else changed_answer(answer, change)


@handles("glue", "GetTableVersion", "GetTableVersions")
def get_table_versions(call: Call) -> RawResponse:
    def change(output: Output) -> None:
        versions = output.get("TableVersions") or [output["TableVersion"]]
        keep_visible_tables(call, [one["Table"] for one in versions])

    return changed_answer(call.forward_to_moto(), change)


@handles("glue", "GetPartition", "GetPartitions", "BatchGetPartition")
def get_partitions(call: Call) -> RawResponse:
    def change(output: Output) -> None:
        table = read.find_table(call, call["DatabaseName"], call["TableName"])
        if table is None:
            return
        shown = set(DataPrincipal(call, call.identity).visible_columns(table, table.columns))
        for partition in output.get("Partitions") or [output.get("Partition", {})]:
            _keep_columns(partition, shown)

    answer = call.forward_to_moto()
    return answer if call.identity.is_root else changed_answer(answer, change)


@handles("glue", "CreateDatabase")
def create_database(call: Call) -> RawResponse:
    answer = call.forward_to_moto()
    if answer.ok:
        record_created(call, call["DatabaseInput"]["Name"])
    return answer


@handles("glue", "DeleteDatabase")
def delete_database(call: Call) -> RawResponse:
    answer = call.forward_to_moto()
    if answer.ok:
        forget_deleted(call, call["Name"])
    return answer


@handles("glue", "DeleteTable", "BatchDeleteTable")
def delete_tables(call: Call) -> RawResponse:
    answer = call.forward_to_moto()
    if answer.ok:
        for name in call.get("TablesToDelete") or [call["Name"]]:
            if read.stored_table(call, call["DatabaseName"], name) is None:
                forget_deleted(call, call["DatabaseName"], name)
    return answer
