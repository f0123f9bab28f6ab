"""Snowflake policies of synthesized stacks: read from the metadata, and compared with the SQL in the resources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from lakekit.errors import LakekitError
from lakekit.snowflake.names import quoted
from lakekit.snowflake.policy_data import MaskingPolicies, PolicyData, RowPolicy, from_dict
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

_POLICY_TYPES: Final = ("snowflake_masking_policy", "snowflake_row_access_policy")


class PolicyMismatchError(LakekitError):
    """The SQL of a policy is not what the stack's metadata renders."""


def read_policies(stacks: Iterable[Mapping[str, Any]]) -> Iterator[PolicyData]:
    """The policies and shared tables of synthesized stacks.

    Args:
        stacks: synthesized configurations.

    Raises:
        PolicyMismatchError: the metadata is malformed, a resource does not hold the SQL that its data renders, or a
            policy has no data.
    """
    for document in stacks:
        stack, found = SynthesizedStack.of(document), []
        for number, data in enumerate(stack.metadata.snowflake_policies):
            try:
                found.append(from_dict(data))
            except ValueError as error:
                raise _mismatch(stack.name, f"snowflake_policies[{number}] of the metadata: {error}") from error
        _compare(stack, found)
        yield from found


def _compare(stack: SynthesizedStack, policies: Iterable[PolicyData]) -> None:
    described = set()
    bodies = {block.address: block.body for block in stack.resources()}
    attached = {policy for tag in stack.resources("snowflake_tag") for policy in tag.body.get("masking_policies") or []}
    for policy in policies:
        for (address, argument), sql in policy.rendered().items():
            kind, body = address.partition(".")[0], bodies.get(address)
            if body is None:
                raise _mismatch(stack.name, f"{address}: described by the metadata, but not a resource of the stack")
            if body.get(argument) != sql:
                raise _mismatch(
                    stack.name,
                    f"{address}: {argument} is {str(body.get(argument))[:200]!r}, the metadata renders {sql[:200]!r}",
                )
            if isinstance(policy, MaskingPolicies):
                if body["argument"][0]["name"] != policy.argument:
                    raise _mismatch(stack.name, f"{address}: its argument is not {policy.argument}")
                if quoted(body["database"], body["schema"], body["name"]) not in attached:
                    raise _mismatch(stack.name, f"{address}: no tag has it among its masking_policies")
            if isinstance(policy, RowPolicy) and kind in _POLICY_TYPES:
                identity = tuple(str(body.get(key)) for key in ("database", "schema", "name"))
                if identity != policy.name:
                    raise _mismatch(
                        stack.name, f"{address}: is {'.'.join(identity)}, the metadata has {'.'.join(policy.name)}"
                    )
            described.add(address)
    for kind in _POLICY_TYPES:
        for block in stack.resources(kind):
            if block.address not in described:
                raise _mismatch(stack.name, f"{block.address}: not described by the metadata")


def _mismatch(stack: str, what: str) -> PolicyMismatchError:
    return PolicyMismatchError(
        what,
        where=stack,
        fix="synthesize again, do not edit SQL by hand, and create policies with GovernanceTags and RowAccessPolicy",
    )
