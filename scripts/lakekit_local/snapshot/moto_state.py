"""Collect the backends of moto's services, and put restored ones in their place."""

from __future__ import annotations

from typing import Any

from moto.core.base_backend import BackendDict

from lakekit_local.snapshot import allowed
from lakekit_local.snapshot.errors import InvalidContentError
from lakekit_local.snapshot.plain import require_dictionary, require_plain

Backends = dict[str, dict[str, dict[str, Any]]]


def collect() -> dict[str, Any]:
    """Return the backends by service, account and region, and the accounts of S3 bucket names."""
    instances: list[Any] = vars(BackendDict)["_instances"]
    # By package: the service names of a few are those of other services.
    found: Backends = {
        instance.backend.__module__.split(".")[1]: {
            account: {region: backend for region, backend in regions.items() if not _only_predefined(backend)}
            for account, regions in instance.items()
        }
        for instance in list(instances)
    }
    return {"backends": found, "buckets": dict(allowed.load_service("s3").bucket_accounts)}


def _only_predefined(backend: Any) -> bool:
    """Whether an IAM backend holds nothing but the policies that AWS manages, which moto creates again.

    Requests with an unknown access key create a backend for each partition, with 10 MB of such policies.
    """
    predefined = getattr(backend, "aws_managed_policies", None)
    if predefined is None or len(backend.managed_policies) != len(predefined) or backend.account_password_policy:
        return False
    policies = ("aws_managed_policies", "managed_policies")
    own = [value for name, value in vars(backend).items() if isinstance(value, dict | list) and name not in policies]
    return not any(own) and not any(policy.attachment_count for policy in predefined)


def restore(content: dict[str, Any]) -> None:
    """Replace the backends of this process with those of a snapshot.

    Raises:
        InvalidContentError: A service is unknown, or a backend belongs to another service.
    """
    targets: list[tuple[Any, str, str, Any]] = []
    for service, accounts in require_dictionary(content["backends"], "backends").items():
        target = allowed.load_service(service)
        for account, regions in require_dictionary(accounts, service).items():
            for region, backend in require_dictionary(regions, f"{service} of {account}").items():
                if type(backend) is not target.backend:
                    raise InvalidContentError(f"invalid backend of {service} in {region!r} of account {account!r}")
                targets.append((target, account, region, backend))
    buckets = content["buckets"]
    if type(buckets) is not dict:
        raise InvalidContentError("invalid bucket names")
    require_plain(buckets, "the list of buckets")
    for target, account, region, backend in targets:
        dict.__setitem__(target[account], region, backend)
    allowed.load_service("s3").bucket_accounts.update(buckets)
