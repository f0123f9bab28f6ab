"""KMS: the rotation period, which moto does not keep."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from moto.kms.models import kms_backends

from lakekit_local.requests.registry import Call, RawResponse, ServiceError, handles, now

_DEFAULT_DAYS = 365


def _key(call: Call) -> Any:
    backend = kms_backends[call.account][call.region]
    found = backend.keys.get(backend.get_key_id(call["KeyId"]))
    if found is None:
        raise ServiceError("NotFoundException", f"Key '{call['KeyId']}' does not exist")
    return found


@handles("kms", "EnableKeyRotation")
def enable(call: Call) -> RawResponse | None:
    days = call.get("RotationPeriodInDays", _DEFAULT_DAYS)
    if not 90 <= days <= 2560:
        raise ServiceError("ValidationException", f"RotationPeriodInDays must be from 90 to 2560, got {days}.")
    answer = call.forward_to_moto()
    if answer.ok:
        call.table("rotation").put(_key(call).id, {"days": days, "since": now()})
    return answer


@handles("kms", "GetKeyRotationStatus")
def status(call: Call) -> dict[str, Any]:
    key = _key(call)
    if not key.key_rotation_status:
        return {"KeyRotationEnabled": False, "KeyId": key.id}
    kept = call.table("rotation").find(key.id) or {"days": _DEFAULT_DAYS, "since": now()}
    due = kept["since"] + timedelta(days=kept["days"])
    period = {"RotationPeriodInDays": kept["days"], "NextRotationDate": due}
    return {"KeyRotationEnabled": True, "KeyId": key.id, **period}
