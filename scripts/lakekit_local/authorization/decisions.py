"""Decisions on requests that are not sent: what the policies say of an action on a resource."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lakekit_local.authorization.authorizer import denial_of
from lakekit_local.authorization.callers import Identity, identify
from lakekit_local.authorization.permissions import Permission
from lakekit_local.requests.registry import Call, RawResponse
from lakekit_local.requests.store import Store
from lakekit_policies.iam.evaluation import Caller, CallerKind


def decide_all(
    store: Store, caller: Mapping[str, str], requests: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any] | None]:
    """The denials of requests; None for an allowed one.

    Args:
        store: the store of the local cloud.
        caller: ``access_key``, ``token``, ``account``, ``partition`` and ``region`` of a session; or ``service``,
            ``account``, ``partition`` and ``region`` of an AWS service.
        requests: ``action``, ``resource`` and ``context`` of each.

    Raises:
        UnknownKeyError: the access key does not exist.
    """
    account, partition = caller["account"], caller["partition"]
    if "service" in caller:
        identity = Identity(Caller(CallerKind.SERVICE, caller["service"]), partition)
    else:
        identity = identify(caller["access_key"], account, partition, store, caller["token"])
    return [_decided(store, identity, caller, one) for one in requests]


def _decided(
    store: Store, identity: Identity, caller: Mapping[str, str], request: Mapping[str, Any]
) -> dict[str, Any] | None:
    service, _, name = str(request["action"]).partition(":")
    call = Call(
        service=service,
        operation=name,
        account=caller["account"],
        region=caller["region"],
        partition=caller["partition"],
        params={},
        store=store,
        forward=_not_sent,
        identity=identity,
    )
    context = {str(key).lower(): (str(value),) for key, value in request["context"].items()}
    denial = denial_of(call, identity, [Permission(str(request["action"]), str(request["resource"]), context)])
    return denial.as_dict() if denial else None


def _not_sent() -> RawResponse:
    raise NotImplementedError("the request is not sent")
