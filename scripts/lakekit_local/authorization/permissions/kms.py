"""KMS: keys by id, ARN or alias, with the condition keys of cryptographic operations and grants.

https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
"""

from __future__ import annotations

import base64
import binascii
import struct
from typing import Any, Final

from moto.kms.models import kms_backends
from moto.kms.utils import _deserialize_ciphertext_blob

from lakekit_local.authorization.permissions.model import Permission, arn_of
from lakekit_local.authorization.service_reference import find_action
from lakekit_local.requests.registry import Call

_ON_GRANTS: Final = ("CreateGrant", "ListGrants", "RevokeGrant")
_WITH_ALGORITHM: Final = (
    *("Encrypt", "Decrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext"),
    *("GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext"),
)
_OTHER_ACTIONS: Final = {"ReEncrypt": ("ReEncryptFrom", "ReEncryptTo")}


def key_arn(call: Call, name: str) -> str:
    """The ARN of the key that an id, ARN or alias names; an unknown name stays in the ARN."""
    account, region = call.account, call.region
    if name.startswith("arn:"):
        region, account = name.split(":")[3:5]
        name = name.split(":", 5)[5].removeprefix("key/")
    backend: Any = kms_backends[account][region]
    key = _key_with_alias(backend, name) if name.startswith("alias/") else backend.keys.get(name)
    return str(key.arn) if key else arn_of(call, f"key/{name}", service="kms", region=region, account=account)


def _key_with_alias(backend: Any, name: str) -> Any:
    return next((key for key in backend.keys.values() if name in key.aliases), None)


def permissions(call: Call) -> list[Permission] | None:
    """The permissions of an operation on keys; None for operations without a key."""
    if call.operation in ("CreateAlias", "UpdateAlias", "DeleteAlias"):
        return _alias(call)
    names = _OTHER_ACTIONS.get(call.operation, (call.operation,))
    action = find_action("kms", names[0])
    if action is None or "key" not in action.resource_types:
        return None
    resources = [_key_of(call)] * len(names)
    contexts = [context(call)] * len(names)
    if call.operation == "ReEncrypt":
        resources[1] = key_arn(call, str(call.get("DestinationKeyId", "")))
        contexts = [_of_reencryption(call, one, same=resources[0] == resources[1]) for one in ("Source", "Destination")]
    return [Permission(f"kms:{one}", arn, more) for one, arn, more in zip(names, resources, contexts, strict=True)]


def _key_of(call: Call) -> str:
    """The key of a request: that of its ciphertext, whichever the request names, the one that it names, or of a token.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html ("KeyId")
    """
    named = _key_of_ciphertext(call.get("CiphertextBlob")) or call.get("KeyId") or call.get("SourceKeyId")
    if named:
        return key_arn(call, str(named))
    token = call.get("GrantToken")
    backend: Any = kms_backends[call.account][call.region]
    for key in backend.keys.values() if token else ():
        if any(grant.token == token for grant in key.grants.values()):
            return str(key.arn)
    return arn_of(call, "key/*")


def _key_of_ciphertext(blob: Any) -> str:
    """The id of the key that has encrypted a ciphertext; empty if it is not a ciphertext."""
    if not blob:
        return ""
    try:
        data = blob if isinstance(blob, bytes) else base64.b64decode(str(blob), validate=True)
        return str(_deserialize_ciphertext_blob(ciphertext_blob=data).key_id)
    except (binascii.Error, struct.error, UnicodeDecodeError):
        return ""


def context(call: Call) -> dict[str, tuple[str, ...]]:
    """Condition keys of a request to KMS."""
    found: dict[str, tuple[str, ...]] = {}
    encryption = call.get("EncryptionContext") or {}
    found |= encryption_context(encryption)
    given = str(call.get("KeyId", ""))
    if "alias/" in given:
        found["kms:requestalias"] = ("alias/" + given.partition("alias/")[2],)
    if call.operation in _WITH_ALGORITHM:
        found["kms:encryptionalgorithm"] = (str(call.get("EncryptionAlgorithm", "SYMMETRIC_DEFAULT")),)
    if call.operation == "CreateGrant":
        constraints = call.get("Constraints") or {}
        encryption = {name: value for one in constraints.values() for name, value in one.items()}
        found |= encryption_context(encryption)
        if constraints:
            found["kms:grantconstrainttype"] = tuple(constraints)
    if call.operation in _ON_GRANTS:
        found["kms:grantisforawsresource"] = ("false",)
    return found


def _of_reencryption(call: Call, side: str, *, same: bool) -> dict[str, tuple[str, ...]]:
    """Condition keys of one of the two keys of ReEncrypt."""
    given = str(call.get(f"{side}KeyId", ""))
    algorithm = str(call.get(f"{side}EncryptionAlgorithm", "SYMMETRIC_DEFAULT"))
    return {
        **encryption_context(call.get(f"{side}EncryptionContext") or {}),
        "kms:encryptionalgorithm": (algorithm,),
        "kms:reencryptonsamekey": (str(same).lower(),),
        **({"kms:requestalias": ("alias/" + given.partition("alias/")[2],)} if "alias/" in given else {}),
    }


def encryption_context(values: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """Condition keys of an encryption context."""
    found: dict[str, tuple[str, ...]] = {
        f"kms:encryptioncontext:{name.lower()}": (str(value),) for name, value in values.items()
    }
    if values:
        found["kms:encryptioncontextkeys"] = tuple(values)
    return found


def _alias(call: Call) -> list[Permission]:
    """An alias needs permission on itself and on each key that it names."""
    name, action = str(call.get("AliasName", "")), f"kms:{call.operation}"
    made = [Permission(action, arn_of(call, name))]
    known = _key_with_alias(kms_backends[call.account][call.region], name)
    if known and call.operation != "CreateAlias":
        made.append(Permission(action, str(known.arn)))
    if call.get("TargetKeyId"):
        made.append(Permission(action, key_arn(call, str(call["TargetKeyId"]))))
    return made
