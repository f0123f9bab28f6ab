"""Grants of keys, and public keys, that KMS refuses.

Sources: AWS KMS API reference, "CreateGrant" (``GranteePrincipal``: "use the ARN of an Amazon Web Services principal.
Valid principals include Amazon Web Services accounts, IAM users, IAM roles, federated users, and assumed role users";
``InvalidArnException``), developer guide, "Grant operations" (the operations of each type of key), and "GetPublicKey"
("You cannot use this operation with symmetric KMS keys").
"""

from __future__ import annotations

import re
from typing import Any, Final

from moto.kms.models import kms_backends

from lakekit_local.authorization.permissions.kms import key_arn
from lakekit_local.authorization.principals import exists
from lakekit_local.limits.registry import limits
from lakekit_local.requests.registry import Call, ServiceError

_PRINCIPAL: Final = re.compile(
    r"arn:[a-z0-9-]+:(?:iam|sts)::\d{12}:(?:root|(?:role|user|assumed-role|federated-user)/[^*?]+)"
)
_SERVICE: Final = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?")
_EVERY_KEY: Final = ("CreateGrant", "RetireGrant", "DescribeKey")
_ENCRYPTION: Final = ("Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo")
_DATA_KEYS: Final = (
    *("GenerateDataKey", "GenerateDataKeyWithoutPlaintext"),
    *("GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext"),
)
_BY_USAGE: Final = {
    "ENCRYPT_DECRYPT": (*_ENCRYPTION, "GetPublicKey"),
    "SIGN_VERIFY": ("Sign", "Verify", "GetPublicKey"),
    "GENERATE_VERIFY_MAC": ("GenerateMac", "VerifyMac"),
    "KEY_AGREEMENT": ("DeriveSharedSecret", "GetPublicKey"),
}
_DEFAULT_USAGE: Final = "ENCRYPT_DECRYPT"
_SYMMETRIC: Final = "SYMMETRIC_DEFAULT"


@limits("kms", "CreateGrant")
def grant(call: Call) -> None:
    """The principals exist, and the key has the operations."""
    for parameter in ("GranteePrincipal", "RetiringPrincipal"):
        name = call.get(parameter)
        if name is not None and not _exists(call, str(name)):
            raise ServiceError("InvalidArnException", f"ARN does not refer to a valid principal: {name}", 400)
    key = _key(call)
    for one in call["Operations"] if key else ():
        if one not in _operations(key):
            usage = f"the usage {key.key_usage or _DEFAULT_USAGE} and spec {key.key_spec}"
            text = f"Operation {one} is not supported by keys with {usage}"
            raise ServiceError("ValidationException", text, 400)


@limits("kms", "GetPublicKey")
def public_key(call: Call) -> None:
    """Only asymmetric keys have one."""
    key = _key(call)
    if key and (key.key_spec == _SYMMETRIC or key.key_spec.startswith("HMAC")):
        raise ServiceError("UnsupportedOperationException", f"{key.arn} is not asymmetric", 400)


def _key(call: Call) -> Any:
    _, _, _, region, account, resource = key_arn(call, str(call["KeyId"])).split(":", 5)
    return kms_backends[account][region].keys.get(resource.removeprefix("key/"))


def _operations(key: Any) -> tuple[str, ...]:
    if key.key_spec == _SYMMETRIC:
        return (*_EVERY_KEY, *_ENCRYPTION, *_DATA_KEYS)
    return (*_EVERY_KEY, *_BY_USAGE.get(key.key_usage or _DEFAULT_USAGE, ()))


def _exists(call: Call, name: str) -> bool:
    """Whether a principal exists, as far as it is a role or user of the caller's account."""
    if _SERVICE.fullmatch(name):
        return True
    return bool(_PRINCIPAL.fullmatch(name)) and exists(name, call.account, call.partition)
