"""IAM: client IDs of OpenID Connect providers.

Source: IAM API reference, "AddClientIDToOpenIDConnectProvider" and "RemoveClientIDFromOpenIDConnectProvider": both are
idempotent; at most 100 client IDs of up to 255 characters.
"""

from __future__ import annotations

from typing import Any, Final

from moto.iam.models import iam_backends

from lakekit_local.requests.registry import Call, ServiceError, handles

_MOST: Final = 100


@handles("iam", "AddClientIDToOpenIDConnectProvider")
def add_client_id(call: Call) -> None:
    """Add a client ID; nothing changes if the provider has it.

    Raises:
        ServiceError: the provider does not exist, or has 100 client IDs.
    """
    clients = _clients(call)
    if call["ClientID"] in clients:
        return
    if len(clients) >= _MOST:
        text = f"Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: {_MOST}"
        raise ServiceError("LimitExceeded", text, 409)
    clients.append(call["ClientID"])


@handles("iam", "RemoveClientIDFromOpenIDConnectProvider")
def remove_client_id(call: Call) -> None:
    """Remove a client ID; nothing changes if the provider lacks it.

    Raises:
        ServiceError: the provider does not exist.
    """
    clients = _clients(call)
    if call["ClientID"] in clients:
        clients.remove(call["ClientID"])


def _clients(call: Call) -> list[str]:
    arn = str(call["OpenIDConnectProviderArn"])
    backend: Any = iam_backends[call.account][call.partition]
    known = backend.open_id_providers.get(arn)
    if known is None:
        raise ServiceError("NoSuchEntity", f"OpenIDConnect Provider not found for arn {arn}", 404)
    clients: list[str] = known.client_id_list
    return clients
