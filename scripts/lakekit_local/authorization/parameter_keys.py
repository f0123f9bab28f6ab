"""Condition keys whose values are parameters of the request, and those that describe a KMS key or a secret.

Sources: Service Authorization Reference, "Condition keys" of each service; AWS KMS developer guide, "AWS KMS condition
keys"; AWS Secrets Manager user guide, "Condition keys". Keys of KMS that describe a key are in requests on existing
keys as well, although the reference lists them for ``CreateKey`` only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from moto.kms.models import kms_backends
from moto.secretsmanager.models import secretsmanager_backends

from lakekit_local.authorization.permissions import Permission
from lakekit_local.authorization.service_reference import find_action, prefix_of
from lakekit_local.requests.registry import Call

Values = dict[str, tuple[str, ...]]
PARAMETERS: Final[Mapping[str, str]] = {
    "cloudwatch:alarmactions": "AlarmActions",
    "cloudwatch:namespace": "Namespace",
    "kms:bypasspolicylockoutsafetycheck": "BypassPolicyLockoutSafetyCheck",
    "kms:datakeypairspec": "KeyPairSpec",
    "kms:expirationmodel": "ExpirationModel",
    "kms:grantoperations": "Operations",
    "kms:granteeprincipal": "GranteePrincipal",
    "kms:keyagreementalgorithm": "KeyAgreementAlgorithm",
    "kms:macalgorithm": "MacAlgorithm",
    "kms:messagetype": "MessageType",
    "kms:replicaregion": "ReplicaRegion",
    "kms:primaryregion": "PrimaryRegion",
    "kms:retiringprincipal": "RetiringPrincipal",
    "kms:rotationperiodindays": "RotationPeriodInDays",
    "kms:schedulekeydeletionpendingwindowindays": "PendingWindowInDays",
    "kms:signingalgorithm": "SigningAlgorithm",
    "kms:wrappingalgorithm": "WrappingAlgorithm",
    "kms:wrappingkeyspec": "WrappingKeySpec",
    "secretsmanager:blockpublicpolicy": "BlockPublicPolicy",
    "secretsmanager:description": "Description",
    "secretsmanager:forcedeletewithoutrecovery": "ForceDeleteWithoutRecovery",
    "secretsmanager:forceoverwritereplicasecret": "ForceOverwriteReplicaSecret",
    "secretsmanager:kmskeyid": "KmsKeyId",
    "secretsmanager:name": "Name",
    "secretsmanager:recoverywindowindays": "RecoveryWindowInDays",
    "secretsmanager:rotateimmediately": "RotateImmediately",
    "secretsmanager:rotationlambdaarn": "RotationLambdaARN",
    "secretsmanager:versionid": "VersionId",
    "secretsmanager:versionstage": "VersionStage",
    "sns:endpoint": "Endpoint",
    "sns:protocol": "Protocol",
}
"""Parameter of a request by condition key."""
_DEFAULTS: Final = {
    "kms:bypasspolicylockoutsafetycheck": "false",
    "kms:messagetype": "RAW",
    "kms:rotationperiodindays": "365",
    "kms:schedulekeydeletionpendingwindowindays": "30",
}
_NEW_KEY: Final = {
    "kms:keyspec": ("KeySpec", "SYMMETRIC_DEFAULT"),
    "kms:keyusage": ("KeyUsage", "ENCRYPT_DECRYPT"),
    "kms:keyorigin": ("Origin", "AWS_KMS"),
    "kms:multiregion": ("MultiRegion", "false"),
}
KEY_PROPERTIES: Final = (*_NEW_KEY, "kms:multiregionkeytype")
OF_SECRETS: Final = (
    *("secretsmanager:addreplicaregions", "secretsmanager:modifyrotationrules", "secretsmanager:secretid"),
    *("secretsmanager:secretprimaryregion", "secretsmanager:resource/allowrotationlambdaarn"),
)


def context_of_parameters(call: Call, permission: Permission) -> Values:
    """The keys of a permission that the parameters of the request set, and those of its key or secret."""
    service = permission.action.partition(":")[0]
    if service != prefix_of(call.service):
        return _of_key(call, permission.resource) if service == "kms" else {}
    action = find_action(call.service, permission.action.partition(":")[2])
    admitted = action.condition_keys if action else frozenset()
    found: Values = {}
    for key, parameter in PARAMETERS.items():
        value = call.get(parameter, _DEFAULTS.get(key)) if key in admitted else None
        if value is not None:
            found[key] = _texts(value)
    if service == "kms":
        found |= _of_key(call, permission.resource)
    if service == "secretsmanager":
        found |= _of_secret(call, permission.resource, admitted)
    if service == "kafka" and "kafka:publicaccessenabled" in admitted:
        kind = ((call.get("ConnectivityInfo") or {}).get("PublicAccess") or {}).get("Type")
        found |= {"kafka:publicaccessenabled": ("false" if kind == "DISABLED" else "true",)} if kind else {}
    return found


def _of_key(call: Call, arn: str) -> Values:
    if call.service == "kms" and call.operation == "CreateKey":
        kind = {"kms:multiregionkeytype": ("PRIMARY",)} if call.get("MultiRegion") else {}
        return {key: _texts(call.get(name, default)) for key, (name, default) in _NEW_KEY.items()} | kind
    parts = arn.split(":", 5)
    known: Any = kms_backends[parts[4]][parts[3]].keys.get(parts[5].removeprefix("key/")) if len(parts) == 6 else None
    if known is None:
        return {}
    found = {
        "kms:keyspec": (str(known.key_spec),),
        "kms:keyusage": (str(known.key_usage or "ENCRYPT_DECRYPT"),),
        "kms:keyorigin": (str(known.origin),),
        "kms:multiregion": _texts(bool(known.multi_region)),
    }
    if known.multi_region:
        found["kms:multiregionkeytype"] = (str(known.multi_region_configuration["MultiRegionKeyType"]),)
    return found


def _of_secret(call: Call, arn: str, admitted: frozenset[str]) -> Values:
    found: Values = {"secretsmanager:secretid": (arn,)} if call.get("SecretId") else {}
    regions = [str(one["Region"]) for one in call.get("AddReplicaRegions") or ()]
    if regions:
        found["secretsmanager:addreplicaregions"] = tuple(regions)
    found["secretsmanager:modifyrotationrules"] = _texts(bool(call.get("RotationRules")))
    secrets: Any = secretsmanager_backends[call.account][call.region].secrets.values()
    known = next((one for one in secrets if one.arn == arn), None)
    if known is not None:
        found["secretsmanager:secretprimaryregion"] = (call.region,)
        if getattr(known, "rotation_lambda_arn", ""):
            found["secretsmanager:resource/allowrotationlambdaarn"] = (str(known.rotation_lambda_arn),)
    return {name: value for name, value in found.items() if name in admitted}


def _texts(value: Any) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    return tuple(str(one).lower() if isinstance(one, bool) else str(one) for one in items)
