"""Waivers in code: accept a finding at the construct, in the same review."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from constructs import IConstruct
from pydantic import ValidationError

from lakekit.core import source_locations
from lakekit.core.metadata import metadata_of, write_metadata
from lakekit.core.stack import stack_of
from lakekit.errors import ConstructError
from lakekit_policies.shared.invalid_values import describe_value
from lakekit_policies.waivers.model import WaiverEntry
from lakekit_policies.waivers.patterns import has_wildcard


def waive(construct: IConstruct, *, policy: str, reason: str, owner: str, ticket: str, expires: str | date) -> None:
    """Accept the findings of one policy at a construct and its children.

    The waiver is written to the stack's `cdk.tf.json` and treated like one of `policies/waivers.yaml`: the finding
    stays in every report, and a waiver that is expired, unused or valid for too long fails.

        waive(lake, policy="LK_S3_7", reason="the exporter writes SSE-S3 until its 4.2", owner="lake@acme.example",
              ticket="LAKE-123", expires="2026-12-31")

    Args:
        construct: the construct; its children are included.
        policy: id of one rule, without wildcards.
        reason: why the finding is acceptable; at least 20 characters.
        owner: mail address of the person responsible.
        ticket: the ticket that plans the fix.
        expires: the last day on which the waiver is valid: at most 180 days ahead, 30 for a critical policy.

    Raises:
        ConstructError: an argument is not valid, or the construct is not in a lakehouse stack.
    """
    stack = stack_of(construct)
    path = construct.node.path
    if has_wildcard(policy):
        raise ConstructError(construct, f"waives {policy!r}", fix="write one waiver for each policy")
    try:
        entry = WaiverEntry(
            policy=policy,
            path=path,
            environment=stack.environment.name,
            reason=reason,
            owner=owner,
            ticket=ticket,
            expires=expires,  # type: ignore[arg-type]  # pydantic reads the ISO form
        )
    except ValidationError as error:
        detail = error.errors()[0]
        name = str(detail["loc"][0]) if detail["loc"] else "waiver"
        about = WaiverEntry.model_fields[name].description if name in WaiverEntry.model_fields else None
        raise ConstructError(construct, describe_value(detail, name), fix=about) from error
    stack.waivers.append(
        {
            "policy": entry.policy,
            "path": path,
            "reason": " ".join(entry.reason.split()),
            "owner": entry.owner,
            "ticket": entry.ticket,
            "expires": entry.expires.isoformat(),
            "source": source_locations.caller_location() or f"stack {stack.node.id}",
        }
    )
    write_metadata(stack, replace(metadata_of(stack), waivers=tuple(stack.waivers)))
