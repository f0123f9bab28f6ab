"""Condition keys of a request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from moto.ec2.models import ec2_backends
from moto.kms.models import kms_backends

from lakekit_local.authorization.callers import Identity
from lakekit_local.authorization.permissions import Permission
from lakekit_local.authorization.permissions.s3 import bucket
from lakekit_local.authorization.s3_context import context_of_s3
from lakekit_local.requests.registry import Call
from lakekit_policies.iam.evaluation import CallerKind

Values = dict[str, tuple[str, ...]]
_TYPES: Final = {CallerKind.ROOT: "Account", CallerKind.USER: "User", CallerKind.SESSION: "AssumedRole"}
_GLOBAL: Final = ("iam", "sts", "budgets", "ce", "organizations", "route53", "cloudfront")
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
    if service == "ec2":
        found |= {f"ec2:resourcetag/{name.lower()}": (value,) for name, value in tags.items()}
    if service == "kms":
        found |= {"kms:calleraccount": (caller_account,), **_aliases(permission.resource)}
    return found | dict(permission.context)


def resource_tags(call: Call, arn: str, account: str) -> Mapping[str, str]:
    """The tags of a resource, as far as the local cloud knows them by ARN."""
    parts = arn.split(":", 5)
    if len(parts) < 6 or "*" in arn:
        return {}
    service, region, resource = parts[2], parts[3], parts[5]
    match service:
        case "ec2":
            return dict(ec2_backends[account][region].tags.get(resource.rpartition("/")[2], {}))
        case "kms":
            backend: Any = kms_backends[account][region]
            listed = backend.tagger.list_tags_for_resource(resource.removeprefix("key/")).get("Tags", [])
            return _tags(listed)
        case "s3" if "/" not in resource:
            found = bucket(resource)
            return dict(getattr(found, "tags", None) or {}) if found else {}
        case _:
            # Clusters and studios of EMR have their tags by id.
            known = resource.rpartition("/")[2] if service == "elasticmapreduce" else arn
            for (tags_account, tags_region, _, kind), records in list(call.store.data.items()):
                if kind == "tags" and (tags_account, tags_region) == (account, region) and known in records:
                    return {str(name): str(value) for name, value in records[known].items()}
            return {}


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
