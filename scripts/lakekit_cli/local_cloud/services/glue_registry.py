"""Glue: updates of schema registries (moto has create, read and delete)."""

from __future__ import annotations

from typing import Any

from moto.glue.models import glue_backends

from lakekit_cli.local_cloud.registry import Call, ServiceError, handles


@handles("glue", "UpdateRegistry")
def update(call: Call) -> dict[str, Any]:
    wanted = call["RegistryId"]
    name = wanted.get("RegistryName") or wanted["RegistryArn"].rsplit("/", 1)[1]
    registry = glue_backends[call.account][call.region].registries.get(name)
    if registry is None:
        raise ServiceError("EntityNotFoundException", f"Registry is not found. RegistryName: {name}")
    registry.description = call["Description"]
    return {"RegistryName": name, "RegistryArn": registry.registry_arn}
