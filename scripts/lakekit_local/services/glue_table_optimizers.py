"""Glue: table optimizers (compaction, snapshot retention, orphan files) of Iceberg tables."""

from __future__ import annotations

from typing import Any

from lakekit_local.requests.registry import Call, handles


def _optimizers(call: Call) -> Any:
    return call.table("table optimizer", missing="EntityNotFoundException", exists="AlreadyExistsException")


def _key(entry: dict[str, Any], kind: str) -> str:
    return "/".join((entry["CatalogId"], entry["DatabaseName"], entry["TableName"], kind))


@handles("glue", "CreateTableOptimizer")
def create(call: Call) -> None:
    configuration = call["TableOptimizerConfiguration"]
    record = {"type": call["Type"], "configuration": configuration, "configurationSource": "table"}
    _optimizers(call).create(_key(call.params, call["Type"]), record)


@handles("glue", "GetTableOptimizer")
def get(call: Call) -> dict[str, Any]:
    record = _optimizers(call).get(_key(call.params, call["Type"]))
    return {**call.pick("CatalogId", "DatabaseName", "TableName"), "TableOptimizer": record}


@handles("glue", "UpdateTableOptimizer")
def update(call: Call) -> None:
    configuration = call["TableOptimizerConfiguration"]
    _optimizers(call).update(_key(call.params, call["Type"]), {"configuration": configuration})


@handles("glue", "DeleteTableOptimizer")
def delete(call: Call) -> None:
    _optimizers(call).delete(_key(call.params, call["Type"]))


@handles("glue", "ListTableOptimizerRuns")
def runs(call: Call) -> dict[str, Any]:
    _optimizers(call).get(_key(call.params, call["Type"]))
    return {**call.pick("CatalogId", "DatabaseName", "TableName"), "TableOptimizerRuns": []}


@handles("glue", "BatchGetTableOptimizer")
def batch_get(call: Call) -> dict[str, Any]:
    found, failures = [], []
    for entry in call["Entries"]:
        kind = entry["type"]
        named = {
            "catalogId": entry["catalogId"],
            "databaseName": entry["databaseName"],
            "tableName": entry["tableName"],
        }
        record = _optimizers(call).find("/".join((*named.values(), kind)))
        if record:
            found.append({**named, "tableOptimizer": record})
        else:
            error = {"ErrorCode": "EntityNotFoundException", "ErrorMessage": "No such table optimizer."}
            failures.append({**named, "type": kind, "error": error})
    return {"TableOptimizers": found, "Failures": failures}
