"""Glue: update and tag schema registries; moto handles create, read and delete."""

from __future__ import annotations

from typing import Any

from moto.glue.models import glue_backends

from lakekit_local.requests.registry import Call, RawResponse, ServiceError, handles


def _registry(call: Call, name: str) -> Any:
    found = glue_backends[call.account][call.region].registries.get(name)
    if found is None:
        raise ServiceError("EntityNotFoundException", f"Registry is not found. RegistryName: {name}")
    return found


@handles("glue", "CreateRegistry")
def create(call: Call) -> RawResponse:
    answer = call.forward_to_moto()
    if answer.ok and call.get("Tags"):
        arn = _registry(call, call["RegistryName"]).registry_arn
        glue_backends[call.account][call.region].tag_resource(arn, call["Tags"])
    return answer


@handles("glue", "UpdateRegistry")
def update(call: Call) -> dict[str, Any]:
    wanted = call["RegistryId"]
    name = wanted.get("RegistryName") or wanted["RegistryArn"].rsplit("/", 1)[1]
    registry = _registry(call, name)
    registry.description = call["Description"]
    return {"RegistryName": name, "RegistryArn": registry.registry_arn}
