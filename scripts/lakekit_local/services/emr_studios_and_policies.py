"""EMR: cluster policies (scaling, termination, public access), tags and studios."""

from __future__ import annotations

import secrets
from typing import Any

from lakekit_local.requests.registry import Call, ServiceError, handles, now

_SERVICE = "emr"
_POLICIES = {"ManagedScalingPolicy": "scaling", "AutoTerminationPolicy": "termination"}


def _kind(call: Call) -> str:
    return next(kind for kind in _POLICIES if call.operation.endswith(kind))


@handles(_SERVICE, "PutManagedScalingPolicy", "PutAutoTerminationPolicy")
def put_policy(call: Call) -> None:
    kind = _kind(call)
    call.table("cluster", missing="InvalidRequestException").get(call["ClusterId"])
    call.table(_POLICIES[kind]).put(call["ClusterId"], call.get(kind, {}))


@handles(_SERVICE, "GetManagedScalingPolicy", "GetAutoTerminationPolicy")
def get_policy(call: Call) -> dict[str, Any]:
    kind = _kind(call)
    kept = call.table(_POLICIES[kind]).find(call["ClusterId"])
    return {kind: kept} if kept else {}


@handles(_SERVICE, "RemoveManagedScalingPolicy", "RemoveAutoTerminationPolicy")
def remove_policy(call: Call) -> None:
    call.table(_POLICIES[_kind(call)]).discard(call["ClusterId"])


@handles(_SERVICE, "PutBlockPublicAccessConfiguration")
def put_block(call: Call) -> None:
    call.table("public access").put("block", call["BlockPublicAccessConfiguration"])


@handles(_SERVICE, "GetBlockPublicAccessConfiguration")
def get_block(call: Call) -> dict[str, Any]:
    # Default of an account: public access blocked except for port 22.
    ssh = [{"MinRange": 22, "MaxRange": 22}]
    default = {"BlockPublicSecurityGroupRules": True, "PermittedPublicSecurityGroupRuleRanges": ssh}
    metadata = {"CreationDateTime": now(), "CreatedByArn": call.arn("root", service="iam", region="")}
    kept = call.table("public access").find("block") or default
    return {"BlockPublicAccessConfiguration": kept, "BlockPublicAccessConfigurationMetadata": metadata}


@handles(_SERVICE, "AddTags")
def add_tags(call: Call) -> None:
    call.tags.add(call["ResourceId"], call["Tags"])


@handles(_SERVICE, "RemoveTags")
def remove_tags(call: Call) -> None:
    call.tags.remove(call["ResourceId"], call["TagKeys"])


def _studios(call: Call) -> Any:
    return call.table("studio", missing="InvalidRequestException")


@handles(_SERVICE, "CreateStudio")
def create_studio(call: Call) -> dict[str, Any]:
    studio_id = "es-" + secrets.token_hex(12).upper()
    url = f"https://{studio_id}.emrstudio-prod.{call.region}.amazonaws.com"
    record = {
        **{key: value for key, value in call.params.items() if key != "Tags"},
        "StudioId": studio_id,
        "StudioArn": call.arn(f"studio/{studio_id}", service="elasticmapreduce"),
        "Url": url,
        "CreationTime": now(),
    }
    _studios(call).create(studio_id, record)
    call.tags.add(studio_id, call.get("Tags", []))
    return {"StudioId": studio_id, "Url": url}


@handles(_SERVICE, "DescribeStudio")
def describe_studio(call: Call) -> dict[str, Any]:
    return {"Studio": {**_studios(call).get(call["StudioId"]), "Tags": call.tags.as_list(call["StudioId"])}}


@handles(_SERVICE, "ListStudios")
def list_studios(call: Call) -> dict[str, Any]:
    return {"Studios": _studios(call).all()}


@handles(_SERVICE, "UpdateStudio")
def update_studio(call: Call) -> None:
    names = ("Name", "Description", "SubnetIds", "DefaultS3Location", "EncryptionKeyArn")
    _studios(call).update(call["StudioId"], call.pick(*names))


@handles(_SERVICE, "DeleteStudio")
def delete_studio(call: Call) -> None:
    _studios(call).delete(call["StudioId"])
    call.tags.remove_all(call["StudioId"])


@handles(_SERVICE, "GetClusterSessionCredentials")
def no_credentials(call: Call) -> None:
    raise ServiceError("InvalidRequestException", f"Cluster {call['ClusterId']} has no nodes in the local cloud.")
