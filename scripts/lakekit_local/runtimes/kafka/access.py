"""Authentication and authorization of the clients of a broker, by the evaluator of the local cloud.

Source: MSK Developer Guide, "IAM access control": a client needs `kafka-cluster:Connect` on the cluster to
authenticate.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from lakekit_local.authorization.authorizer import denial_of
from lakekit_local.authorization.callers import Identity, UnknownKeyError, identify
from lakekit_local.authorization.denials import Denial
from lakekit_local.authorization.permissions import Permission
from lakekit_local.lifecycle.variables import ROOT_SECRET
from lakekit_local.requests.registry import Call, RawResponse, ServiceError
from lakekit_local.requests.store import Store
from lakekit_local.runtimes.kafka.presigned import ACTION, SERVICE, InvalidRequestError, PresignedRequest

if TYPE_CHECKING:
    from lakekit_local.server.call_log import CallLog

_SECONDS_OF_LONG_TERM_KEYS: Final = 12 * 3600


@dataclass(frozen=True)
class ClusterAccess:
    """Decides on the clients of one cluster.

    Attributes:
        store: the store of the local cloud.
        call_log: log of calls and denials.
        arn: ARN of the cluster.
    """

    store: Store
    call_log: CallLog
    arn: str

    def session(self, mechanism: str, payload: str) -> dict[str, Any]:
        """The session of a client, or the member `error` with the reason why it is refused.

        Args:
            mechanism: `AWS_MSK_IAM` or `OAUTHBEARER`.
            payload: what the client has sent.
        """
        try:
            read = PresignedRequest.of_payload if mechanism == "AWS_MSK_IAM" else PresignedRequest.of_token
            request = read(payload)
            if request.region != self._parts[3]:
                raise InvalidRequestError(f"it is signed for the region {request.region}, not {self._parts[3]}")
            secret, expires = self._secret(request.access_key)
            request.check(secret)
            identity = self._identity(request.access_key, request.session_token)
        except (InvalidRequestError, UnknownKeyError, ServiceError) as error:
            why = str(error) or "the access key does not exist, or the session token is not its own"
            return {"error": f"Access denied: {why}."}
        (allowed,) = self._decided(identity, [(ACTION, self.arn)])
        if not allowed:
            return {"error": f"Access denied: {identity.caller.arn} is not authorized to perform {ACTION}."}
        return {
            "name": identity.caller.arn,
            "access_key": request.access_key,
            "token": request.session_token,
            "expires": expires,
        }

    def decisions(self, access_key: str, token: str, requests: Iterable[Mapping[str, str]]) -> dict[str, Any]:
        """Whether the policies allow operations; without decisions, `error`, if the session has ended."""
        try:
            identity = self._identity(access_key, token)
        except (UnknownKeyError, ServiceError) as error:
            return {"error": str(error) or "the session has ended"}
        asked = [(one["action"], one["resource"]) for one in requests]
        return {"allowed": self._decided(identity, asked)}

    @property
    def _parts(self) -> list[str]:
        return self.arn.split(":", 5)

    @property
    def _account(self) -> tuple[str, str]:
        return self._parts[4], self._parts[1]

    def _identity(self, access_key: str, token: str) -> Identity:
        account, partition = self._account
        return identify(access_key, account, partition, self.store, token)

    def _secret(self, access_key: str) -> tuple[str, int]:
        """The secret of an access key, and when its credentials end, in milliseconds since 1970."""
        account, partition = self._account
        later = int((time.time() + _SECONDS_OF_LONG_TERM_KEYS) * 1000)
        if access_key == account:
            return ROOT_SECRET, later
        for role in reversed(sts_backends[account][partition].assumed_roles):
            if role.access_key_id == access_key:
                return role.secret_access_key, int(role.expiration.replace(tzinfo=UTC).timestamp() * 1000)
        known = iam_backends[account][partition].access_keys.get(access_key)
        if known is None:
            raise UnknownKeyError
        return known.secret_access_key, later

    def _decided(self, identity: Identity, asked: Sequence[tuple[str, str]]) -> list[bool]:
        return [self._is_allowed(identity, *one) for one in asked]

    def _is_allowed(self, identity: Identity, action: str, resource: str) -> bool:
        started = time.monotonic()
        denial = None if identity.is_root else self._denial(identity, action, resource)
        self.call_log.record(
            SERVICE,
            action.partition(":")[2],
            "lakekit",
            status=403 if denial else 200,
            seconds=time.monotonic() - started,
            principal=identity.caller.arn,
            permissions=[f"{action} on {resource}"],
            denial=denial,
        )
        return denial is None

    def _denial(self, identity: Identity, action: str, resource: str) -> Denial | None:
        account, partition = self._account
        call = Call(
            service=SERVICE,
            operation=action.partition(":")[2],
            account=account,
            region=self._parts[3],
            partition=partition,
            params={},
            store=self.store,
            forward=_not_sent,
            identity=identity,
        )
        return denial_of(call, identity, [Permission(action, resource, {})])


def _not_sent() -> RawResponse:
    raise NotImplementedError("the request is not one of HTTP")
