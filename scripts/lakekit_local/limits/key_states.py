"""States of keys in which KMS performs no cryptographic operation.

Source: AWS KMS developer guide, "Key states of AWS KMS keys" (``DisabledException`` and ``KMSInvalidStateException``).
"""

from __future__ import annotations

from typing import Any, Final

from moto.kms.models import kms_backends

from lakekit_local.authorization.permissions.kms import permissions
from lakekit_local.limits.registry import limits
from lakekit_local.requests.registry import Call, ServiceError

_OPERATIONS: Final = (
    *("Encrypt", "Decrypt", "ReEncrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "GenerateDataKeyPair"),
    *("GenerateDataKeyPairWithoutPlaintext", "Sign", "Verify", "GenerateMac", "VerifyMac"),
)


@limits("kms", *_OPERATIONS)
def state(call: Call) -> None:
    """The keys of an operation are enabled."""
    for one in permissions(call) or ():
        _, _, _, region, account, resource = one.resource.split(":", 5)
        key: Any = kms_backends[account][region].keys.get(resource.removeprefix("key/"))
        current = getattr(key, "key_state", "Enabled")
        if current == "Disabled":
            raise ServiceError("DisabledException", f"{one.resource} is disabled.", 400)
        if current != "Enabled":
            raise ServiceError("KMSInvalidStateException", f"{one.resource} is in the state {current}.", 400)
