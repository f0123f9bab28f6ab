"""Condition keys of a request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from moto.athena.models import athena_backends
from moto.cloudwatch.models import cloudwatch_backends
from moto.ec2.models import ec2_backends
from moto.events.models import events_backends
from moto.firehose.models import firehose_backends
from moto.glue.models import glue_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.logs.models import logs_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends
from moto.ssm.models import ssm_backends

from lakekit_local.authorization.callers import Identity, tags_of_role
from lakekit_local.authorization.ec2_context import context_of_ec2
from lakekit_local.authorization.parameter_keys import context_of_parameters
from lakekit_local.authorization.permissions import Permission
from lakekit_local.authorization.s3_context import context_of_s3
from lakekit_local.requests.registry import Call
from lakekit_policies.iam.evaluation import CallerKind

Values = dict[str, tuple[str, ...]]
_TYPES: Final = {CallerKind.ROOT: "Account", CallerKind.USER: "User", CallerKind.SESSION: "AssumedRole"}
_GLOBAL: Final = ("iam", "sts", "budgets", "ce", "organizations", "route53", "cloudfront")
_WITH_OWN_TAG_KEYS: Final = ("ec2", "elasticmapreduce", "iam", "secretsmanager", "ssm")
"""Services with a key for tags of their own beside ``aws:ResourceTag``."""
_BACKENDS: Final[dict[str, Any]] = {
    "athena": athena_backends,
    "cloudwatch": cloudwatch_backends,
    "events": events_backends,
    "firehose": firehose_backends,
    "glue": glue_backends,
    "logs": logs_backends,
    "secretsmanager": secretsmanager_backends,
    "sns": sns_backends,
    "sqs": sqs_backends,
    "ssm": ssm_backends,
}
"""moto's services that know the tags of their resources by ARN."""
_TAG_PARAMETERS: Final = ("tags", "taglist", "tagset", "resourcetags", "tagspecifications", "tagspecification")


def context_of_call(call: Call, identity: Identity, endpoint: Any) -> Values:
    """The keys that all permissions of a request share.

    The local cloud replaces the TLS endpoint (clients reach it as their proxy or as AWS_ENDPOINT_URL on loopback), so
    requests have ``aws:SecureTransport = true`` and ``s3:TlsVersion = 1.3``.
    """
    found: Values = {
        "aws:securetransport": ("true",),
        "aws:viaawsservice": ("false",),
        "aws:requestedregion": ("us-east-1" if call.service in _GLOBAL else call.region,),
        "aws:useragent": (call.headers.get("user-agent", ""),),
        "aws:currenttime": (datetime.now(UTC).isoformat(),),
        "aws:epochtime": (str(int(time.time())),),
        **context_of_caller(identity),
        **_request_tags(call),
    }
    if endpoint is not None:
        found |= {
            "aws:sourcevpce": (endpoint.id,),
            "aws:sourcevpc": (endpoint.vpc_id,),
            "aws:vpcsourceip": ("10.0.0.1",),
            "aws:vpceaccount": (identity.caller.account,),
        }
    else:
        found["aws:sourceip"] = ("127.0.0.1",)
    return found


def context_of_caller(identity: Identity) -> Values:
    """The keys of a principal."""
    caller, session = identity.caller, identity.session
    if not caller.has_account:
        return {"aws:principaltype": ("Anonymous",), "aws:principalisawsservice": ("false",)}
    found: Values = {
        "aws:principalarn": (caller.name,),
        "aws:principalaccount": (caller.account,),
        "aws:principaltype": (_TYPES[caller.kind],),
        "aws:principalisawsservice": ("false",),
        "aws:userid": (identity.unique_id,),
        **{f"aws:principaltag/{name.lower()}": (value,) for name, value in identity.tags.items()},
    }
    if caller.kind is CallerKind.USER:
        found["aws:username"] = (caller.name.rpartition("/")[2],)
    if caller.kind is CallerKind.SESSION:
        found["aws:multifactorauthpresent"] = ("false",)
        if session.get("source_identity"):
            found["aws:sourceidentity"] = (session["source_identity"],)
        if session.get("federated_provider"):
            found["aws:federatedprovider"] = (session["federated_provider"],)
        if session.get("issued"):
            found["aws:tokenissuetime"] = (session["issued"],)
    return found


def context_of_permission(call: Call, permission: Permission, account: str, caller_account: str) -> Values:
    """The keys of one permission: account and tags of its resource, and what a service adds."""
    found: Values = {"aws:resourceaccount": (account,)}
    service = permission.action.partition(":")[0]
    tags = resource_tags(call, permission.resource, account)
    found |= {f"aws:resourcetag/{name.lower()}": (value,) for name, value in tags.items()}
    if service == "s3":
        found |= context_of_s3(call, permission, account)
    if service in _WITH_OWN_TAG_KEYS:
        found |= {f"{service}:resourcetag/{name.lower()}": (value,) for name, value in tags.items()}
    if service == "ec2":
        found |= context_of_ec2(call, permission, account)
    if service == "elasticmapreduce":
        sent = [(name, value) for name, value in _request_tags(call).items() if name.startswith("aws:requesttag/")]
        found |= {name.replace("aws:", "elasticmapreduce:", 1): value for name, value in sent}
    found |= context_of_parameters(call, permission)
    if service == "kms":
        found |= {"kms:calleraccount": (caller_account,), **_aliases(permission.resource)}
    return found | dict(permission.context)


def resource_tags(call: Call, arn: str, account: str) -> Mapping[str, str]:
    """The tags of a resource, as far as the local cloud knows them by ARN."""
    parts = arn.split(":", 5)
    # Attribute-based access control is off for buckets, as by default.
    if len(parts) < 6 or "*" in arn or parts[2] == "s3":
        return {}
    service, region, resource = parts[2], parts[3], parts[5]
    if service == "ec2":
        return dict(ec2_backends[account][region].tags.get(resource.rpartition("/")[2], {}))
    if service == "iam":
        return _tags_of_identity(arn, account, parts[1])
    if service == "kms":
        backend: Any = kms_backends[account][region]
        return _tags(backend.tagger.list_tags_for_resource(resource.removeprefix("key/")).get("Tags", []))
    # Clusters and studios of EMR have their tags by id.
    known = resource.rpartition("/")[2] if service == "elasticmapreduce" else arn
    for (tags_account, tags_region, _, kind), records in list(call.store.data.items()):
        if kind == "tags" and (tags_account, tags_region) == (account, region) and known in records:
            return {str(name): str(value) for name, value in records[known].items()}
    return _tags_in_moto(service, account, region, arn)


def _tags_of_identity(arn: str, account: str, partition: str) -> Mapping[str, str]:
    backend: Any = iam_backends[account][partition]
    users = {one.arn: one for one in backend.users.values()}
    if arn in users:
        return _tags(users[arn].tags or [])
    return tags_of_role(arn, account, partition)


def _tags_in_moto(service: str, account: str, region: str, arn: str) -> Mapping[str, str]:
    backends = _BACKENDS.get(service)
    if backends is None or not region:
        return {}
    # Log groups are checked with the suffix of their streams.
    names = {arn, arn.partition(":log-stream:")[0], f"{arn.partition(':log-stream:')[0]}:*"}
    found = (one for one in backends[account][region].iter_tagged_resources() if one.arn in names)
    return next((dict(one.tags) for one in found), {})


def _aliases(arn: str) -> Values:
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return {}
    key: Any = kms_backends[parts[4]][parts[3]].keys.get(parts[5].removeprefix("key/"))
    found = tuple(key.aliases) if key else ()
    return {"kms:resourcealiases": found} if found else {}


def _request_tags(call: Call) -> Values:
    tags: dict[str, str] = {}
    for name, value in call.params.items():
        if name.lower() in _TAG_PARAMETERS:
            tags |= _tags(value)
        elif isinstance(value, Mapping) and "TagSet" in value:
            tags |= _tags(value["TagSet"])
    keys: Any = call.get("TagKeys") or call.get("tagKeys") or []
    names = tuple(dict.fromkeys([*tags, *(str(one) for one in keys)]))
    found: Values = {f"aws:requesttag/{name.lower()}": (value,) for name, value in tags.items()}
    return found | {"aws:tagkeys": names} if names else found


def _tags(value: Any) -> dict[str, str]:
    if isinstance(value, Mapping):
        return {str(name): str(one) for name, one in value.items()}
    found: dict[str, str] = {}
    for item in value if isinstance(value, list) else ():
        if isinstance(item, Mapping):
            nested = item.get("Tags")
            pair = {str(name).lower(): one for name, one in item.items()}
            found |= _tags(nested) if nested else {}
            if "key" in pair or "tagkey" in pair:
                found[str(pair.get("key", pair.get("tagkey")))] = str(pair.get("value", pair.get("tagvalue", "")))
    return found
