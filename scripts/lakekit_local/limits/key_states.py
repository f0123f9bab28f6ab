"""States of keys in which operations are refused, and keys that do not exist, for KMS and for S3.

Sources: AWS KMS developer guide, "Key states of AWS KMS keys", whose table lists for each operation the states and the
errors; Amazon S3 API reference, "Error responses" (errors of KMS have the prefix ``KMS.``).
"""

from __future__ import annotations

from typing import Any, Final

from moto.kms.models import kms_backends
from moto.kms.utils import RESERVED_ALIASE_TARGET_KEY_IDS

from lakekit_local.authorization.permissions import Permission, s3
from lakekit_local.authorization.permissions.kms import key_arn, permissions
from lakekit_local.limits.registry import limits
from lakekit_local.requests.registry import Call, ServiceError

_CRYPTOGRAPHIC: Final = (
    *("Encrypt", "Decrypt", "ReEncrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "GenerateDataKeyPair"),
    *("GenerateDataKeyPairWithoutPlaintext", "Sign", "Verify", "GenerateMac", "VerifyMac", "DeriveSharedSecret"),
    *("GetPublicKey", "CreateGrant", "EnableKeyRotation", "DisableKeyRotation", "RotateKeyOnDemand", "ReplicateKey"),
)
"""Operations that need an enabled key; those on grants and rotation are treated in the same way."""
_UNLESS_PENDING: Final = (
    *("DisableKey", "EnableKey", "ScheduleKeyDeletion", "TagResource", "UntagResource", "UpdateKeyDescription"),
    *("CreateAlias", "UpdateAlias"),
)
_OBJECTS: Final = (
    *("PutObject", "CopyObject", "CreateMultipartUpload", "UploadPart", "UploadPartCopy", "CompleteMultipartUpload"),
    *("GetObject", "SelectObjectContent"),
)


@limits("kms", *_CRYPTOGRAPHIC)
def enabled(call: Call) -> None:
    """The keys of an operation are enabled."""
    for one in permissions(call) or ():
        _check_enabled(one, "")


@limits("kms", *_UNLESS_PENDING)
def not_pending(call: Call) -> None:
    """A key that is about to be deleted is not changed."""
    arn = key_arn(call, str(call.get("KeyId") or call.get("TargetKeyId")))
    if _state(arn) == "PendingDeletion":
        raise ServiceError("KMSInvalidStateException", f"{arn} is pending deletion.", 400)


@limits("kms", "CancelKeyDeletion")
def pending(call: Call) -> None:
    """Only the deletion of a key that is about to be deleted is cancelled."""
    arn = key_arn(call, str(call["KeyId"]))
    if _state(arn) not in ("PendingDeletion", ""):
        raise ServiceError("KMSInvalidStateException", f"{arn} is not pending deletion.", 400)


@limits("s3", *_OBJECTS)
def key_of_object(call: Call) -> None:
    """The keys of an object exist and are enabled."""
    for one in s3.permissions(call):
        if one.action.startswith("kms:"):
            # Keys of other accounts are not looked up.
            own = one.resource.split(":")[4] == call.account
            if own and not _state(one.resource):
                raise ServiceError("KMS.NotFoundException", f"Key '{one.resource}' does not exist", 400)
            _check_enabled(one, "KMS.")


def _check_enabled(permission: Permission, prefix: str) -> None:
    arn, current = permission.resource, _state(permission.resource)
    if current == "Disabled":
        raise ServiceError(f"{prefix}DisabledException", f"{arn} is disabled.", 400)
    if current == "PendingDeletion":
        raise ServiceError(f"{prefix}KMSInvalidStateException", f"{arn} is pending deletion.", 400)


def _state(arn: str) -> str:
    """The state of a key; empty if it does not exist."""
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return ""
    name = parts[5].removeprefix("key/")
    if name.startswith("alias/aws/") or name in RESERVED_ALIASE_TARGET_KEY_IDS.values():
        return "Enabled"  # a key of AWS, which moto makes when it is used
    key: Any = kms_backends[parts[4]][parts[3]].keys.get(name)
    return str(key.key_state) if key else ""
