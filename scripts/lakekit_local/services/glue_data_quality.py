"""Glue: data quality rulesets and their tags, which moto does not keep."""

from __future__ import annotations

from typing import Any

from lakekit_local.requests.registry import Call, RawResponse, ServiceError, handles, new_id, now


def _rulesets(call: Call) -> Any:
    return call.table("data quality ruleset", missing="EntityNotFoundException", exists="AlreadyExistsException")


def _arn(call: Call, name: str) -> str:
    return call.arn(f"dataQualityRuleset/{name}")


@handles("glue", "CreateDataQualityRuleset")
def create(call: Call) -> dict[str, Any]:
    fields = call.pick("Name", "Description", "Ruleset", "TargetTable", "DataQualitySecurityConfiguration")
    stamps = {"CreatedOn": now(), "LastModifiedOn": now(), "RulesetArn": _arn(call, call["Name"])}
    _rulesets(call).create(call["Name"], fields | stamps)
    call.tags.add(_arn(call, call["Name"]), call.get("Tags", {}))
    return {"Name": call["Name"]}


@handles("glue", "GetDataQualityRuleset")
def get(call: Call) -> dict[str, Any]:
    return dict(_rulesets(call).get(call["Name"]))


@handles("glue", "UpdateDataQualityRuleset")
def update(call: Call) -> dict[str, Any]:
    changes = call.pick("Description", "Ruleset") | {"LastModifiedOn": now()}
    return dict(_rulesets(call).update(call["Name"], changes))


@handles("glue", "DeleteDataQualityRuleset")
def delete(call: Call) -> None:
    _rulesets(call).delete(call["Name"])
    call.tags.remove_all(_arn(call, call["Name"]))


@handles("glue", "ListDataQualityRulesets")
def list_all(call: Call) -> dict[str, Any]:
    return {"Rulesets": [{**record, "RuleCount": 1} for record in _rulesets(call).all()]}


@handles("glue", "StartDataQualityRulesetEvaluationRun")
def start_run(call: Call) -> dict[str, Any]:
    for name in call["RulesetNames"]:
        if name not in _rulesets(call):
            raise ServiceError("EntityNotFoundException", f"Ruleset {name} was not found.")
    run = {**call.params, "RunId": f"dqrun-{new_id()}", "Status": "SUCCEEDED", "StartedOn": now(), "ResultIds": []}
    call.table("data quality run").put(run["RunId"], run)
    return {"RunId": run["RunId"]}


@handles("glue", "GetDataQualityRulesetEvaluationRun")
def get_run(call: Call) -> dict[str, Any]:
    return call.table("data quality run", missing="EntityNotFoundException").get(call["RunId"])


# Tags: moto keeps those of some resource types only and accepts all others without keeping them. -------------------


@handles("glue", "TagResource")
def tag(call: Call) -> RawResponse | None:
    if ":dataQualityRuleset/" not in call["ResourceArn"]:
        return call.forward_to_moto()
    call.tags.add(call["ResourceArn"], call["TagsToAdd"])
    return None


@handles("glue", "UntagResource")
def untag(call: Call) -> RawResponse | None:
    if ":dataQualityRuleset/" not in call["ResourceArn"]:
        return call.forward_to_moto()
    call.tags.remove(call["ResourceArn"], call["TagsToRemove"])
    return None


@handles("glue", "GetTags")
def tags(call: Call) -> RawResponse | dict[str, Any]:
    if ":dataQualityRuleset/" not in call["ResourceArn"]:
        return call.forward_to_moto()
    return {"Tags": call.tags.as_dict(call["ResourceArn"])}
