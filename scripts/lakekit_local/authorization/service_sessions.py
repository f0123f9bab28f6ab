"""Roles that AWS services assume, and other principals that exist outside of the local cloud."""

from __future__ import annotations

from lakekit_local.authorization.callers import find_role
from lakekit_local.authorization.sessions import RefusedError, SessionRequest, assume, check_trust
from lakekit_local.requests.store import Store
from lakekit_policies.iam.evaluation import Caller, CallerKind


def assume_for(
    store: Store, *, role_arn: str, principal: str, region: str, source_arn: str = "", vpc: str = ""
) -> dict[str, str]:
    """Create the session of a principal that exists outside of the local cloud: an AWS service, or a role of IAM
    Identity Center.

    Args:
        store: the store of the local cloud.
        role_arn: the role.
        principal: the service principal (``emr-serverless.amazonaws.com``), or the ARN of the role.
        region: region of the service.
        source_arn: the resource for which a service runs, with which trust policies are restricted.
        vpc: the VPC in which a service runs; its requests then pass the endpoints of the VPC.

    Raises:
        RefusedError: the trust policy does not allow the principal to assume the role.
    """
    caller, request = _request_of(role_arn, principal, region, source_arn, vpc)
    made = assume(caller, None, request, store)
    return {
        "AWS_ACCESS_KEY_ID": made.access_key_id,
        "AWS_SECRET_ACCESS_KEY": made.secret_access_key,
        "AWS_SESSION_TOKEN": made.session_token,
    }


def service_may_assume(role_arn: str, *, principal: str, region: str, source_arn: str) -> bool:
    """Whether a role exists, and its trust policy allows an AWS service to assume it.

    Args:
        role_arn: the role.
        principal: the service principal.
        region: region of the service.
        source_arn: the resource for which the service runs.
    """
    _, partition, _, _, account, _ = role_arn.split(":", 5)
    role = find_role(role_arn, account, partition)
    if role is None:
        return False
    caller, request = _request_of(role_arn, principal, region, source_arn)
    try:
        check_trust(caller, None, request, role, account)
    except RefusedError:
        return False
    return True


def _request_of(
    role_arn: str, principal: str, region: str, source_arn: str, vpc: str = ""
) -> tuple[Caller, SessionRequest]:
    account = role_arn.split(":", 5)[4]
    name = principal.rpartition("/")[2].partition(".")[0]
    context: dict[str, tuple[str, ...]] = {}
    if principal.startswith("arn:"):
        _, partition, _, _, own, _ = principal.split(":", 5)
        session_arn = f"arn:{partition}:sts::{own}:assumed-role/{name}/{name}"
        caller = Caller(CallerKind.SESSION, principal, own, session_arn)
    else:
        caller = Caller(CallerKind.SERVICE, principal)
        context = {"aws:sourceaccount": (account,), "aws:principalisawsservice": ("true",)}
        if source_arn:
            context["aws:sourcearn"] = (source_arn,)
    return caller, SessionRequest(role_arn, name, region, context=context, vpc=vpc)
