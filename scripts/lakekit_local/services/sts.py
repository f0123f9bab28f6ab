"""STS: roles are assumed as their trust policies allow; callers learn their own identity."""

from __future__ import annotations

import base64
import binascii
import json
import re
import time
from typing import Any, Final

from moto.iam.models import iam_backends

from lakekit_local.authorization.callers import Identity
from lakekit_local.authorization.sessions import SessionRequest, assume
from lakekit_local.requests.registry import Call, ServiceError, handles
from lakekit_policies.iam.evaluation import Caller, CallerKind, policy_of
from lakekit_policies.iam.statements import MalformedPolicyError

_SESSION_NAME: Final = re.compile(r"[\w+=,.@-]{2,64}")
_POLICY_CHARACTERS: Final = 2048
_MAX_POLICIES: Final = 10
_SKEW_SECONDS: Final = 300
"""Difference of clocks that is admitted; the reference does not state it."""


@handles("sts", "GetCallerIdentity")
def identity(call: Call) -> dict[str, Any]:
    caller: Identity = call.identity
    return {"UserId": caller.unique_id, "Account": call.account, "Arn": caller.caller.arn}


@handles("sts", "AssumeRole")
def assume_role(call: Call) -> dict[str, Any]:
    caller: Identity = call.identity
    tags = {tag["Key"]: tag["Value"] for tag in call.get("Tags", [])}
    _check_tags([tag["Key"].lower() for tag in call.get("Tags", [])], caller)
    request = SessionRequest(
        external_id=str(call.get("ExternalId", "")),
        source_identity=str(call.get("SourceIdentity", "")),
        tags=tags,
        transitive_keys=tuple(call.get("TransitiveTagKeys", [])),
        **_common(call),
    )
    return _result(assume(caller.caller, caller, request, call.store))


@handles("sts", "AssumeRoleWithWebIdentity")
def assume_with_web_identity(call: Call) -> dict[str, Any]:
    """The signature of the token is not verified: the keys of its issuer are not reachable from here."""
    claims = _claims(str(call.get("WebIdentityToken", "")))
    given = str(claims.get("iss", ""))
    # Issuers are URLs with https; Google writes its own without it.
    if given.startswith("http://"):
        raise _invalid_token("The issuer of the token is not a URL with https.")
    issuer = given.removeprefix("https://").rstrip("/")
    account = str(call.get("RoleArn", "::::")).split(":", 5)[4]
    arn, audiences = _provider(account, call.partition, issuer), _texts(claims.get("aud"))
    known: Any = iam_backends[account][call.partition].open_id_providers.get(arn) if arn else None
    if known is None:
        raise ServiceError(
            "InvalidIdentityToken", "No OpenIDConnect provider found in your account for the issuer", 400
        )
    if not set(audiences) & set(known.client_id_list):
        raise ServiceError("InvalidIdentityToken", "Incorrect token audience", 400)
    if _seconds(claims, "exp") < time.time():
        raise ServiceError("ExpiredTokenException", "Token expired", 400)
    if any(name in claims and _seconds(claims, name) > time.time() + _SKEW_SECONDS for name in ("nbf", "iat")):
        raise _invalid_token("The token is not valid yet.")
    if not isinstance(claims.get("sub"), str):
        raise _invalid_token("The token has no subject.")
    context = {f"{issuer}:{name}".lower(): _texts(value) for name, value in claims.items() if _texts(value)}
    request = SessionRequest(action="sts:AssumeRoleWithWebIdentity", context=context, **_common(call))
    made = assume(Caller(CallerKind.FEDERATED, arn), None, request, call.store)
    return {
        **_result(made),
        "SubjectFromWebIdentityToken": str(claims.get("sub", "")),
        "Audience": audiences[0],
        "Provider": arn,
    }


@handles("sts", "AssumeRoleWithSAML", "GetSessionToken", "GetFederationToken")
def not_implemented(_: Call) -> dict[str, Any]:
    raise NotImplementedError("sessions come from AssumeRole and AssumeRoleWithWebIdentity only")


def _check_tags(keys: list[str], caller: Identity) -> None:
    """Keys of session tags, in lower case, are unique, and are not those of transitive tags that the caller has.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
    """
    if len(set(keys)) < len(keys):
        text = "Duplicate tag keys found. Please note that Tag keys are case insensitive."
        raise ServiceError("InvalidParameterValue", text, 400)
    if set(keys) & {str(one).lower() for one in caller.session.get("transitive_keys", ())}:
        text = (
            "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from "
            "the calling session."
        )
        raise ServiceError("InvalidParameterValue", text, 400)


def _common(call: Call) -> dict[str, Any]:
    name, policy = str(call.get("RoleSessionName", "")), str(call.get("Policy", ""))
    if not _SESSION_NAME.fullmatch(name):
        raise _invalid("roleSessionName", name, "Member must satisfy regular expression pattern: [\\w+=,.@-]*")
    if len(policy) > _POLICY_CHARACTERS:
        raise _invalid("policy", policy[:40], f"Member must have length less than or equal to {_POLICY_CHARACTERS}")
    arns = tuple(str(one["arn"]) for one in call.get("PolicyArns", []))
    _check_policies(arns, str(call.get("RoleArn", "")))
    if policy:
        try:
            policy_of(policy)
        except MalformedPolicyError as error:
            raise ServiceError("MalformedPolicyDocument", str(error), 400) from error
    return {
        "role_arn": str(call.get("RoleArn", "")),
        "session_name": name,
        "region": call.region,
        "seconds": int(call.get("DurationSeconds", 3600)),
        "policy": policy,
        "policy_arns": arns,
    }


def _check_policies(arns: tuple[str, ...], role_arn: str) -> None:
    """Up to ten managed policies, which exist in the account of the role.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html ("PolicyArns"), which does not state the
    error for a policy that does not exist.
    """
    if len(arns) > _MAX_POLICIES:
        constraint = f"Member must have length less than or equal to {_MAX_POLICIES}"
        raise _invalid("policyArns", f"[{len(arns)} policies]", constraint)
    partition, account = (*role_arn.split(":", 5), *[""] * 5)[1:5:3]
    for arn in arns:
        if not account or arn not in iam_backends[account][partition].managed_policies:
            raise ServiceError("MalformedPolicyDocument", f"The policy {arn} does not exist or is not attachable.", 400)


def _invalid(name: str, value: str, constraint: str) -> ServiceError:
    text = f"1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: {constraint}"
    return ServiceError("ValidationError", text, 400)


def _result(made: Any) -> dict[str, Any]:
    return {
        "Credentials": {
            "AccessKeyId": made.access_key_id,
            "SecretAccessKey": made.secret_access_key,
            "SessionToken": made.session_token,
            "Expiration": made.expiration,
        },
        "AssumedRoleUser": {"AssumedRoleId": made.user_id, "Arn": made.arn},
        "PackedPolicySize": 6,
    }


def _provider(account: str, partition: str, issuer: str) -> str:
    return f"arn:{partition}:iam::{account}:oidc-provider/{issuer}" if issuer else ""


def _claims(token: str) -> dict[str, Any]:
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError, binascii.Error) as error:
        raise ServiceError("InvalidIdentityToken", "The ID Token provided is not a valid JWT.", 400) from error
    if not isinstance(claims, dict):
        raise ServiceError("InvalidIdentityToken", "The ID Token provided is not a valid JWT.", 400)
    return claims


def _seconds(claims: dict[str, Any], name: str) -> float:
    """A claim that is a time; 0 if the token does not have it."""
    value = claims.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _invalid_token(f"The claim {name} is not a number.")
    return float(value)


def _invalid_token(text: str) -> ServiceError:
    return ServiceError("InvalidIdentityToken", text, 400)


def _texts(value: Any) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    return tuple(str(one).lower() if isinstance(one, bool) else str(one) for one in items if isinstance(one, str | int))
