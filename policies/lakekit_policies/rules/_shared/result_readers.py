"""Principals that read the results of Athena workgroups, by the identity policies of a configuration."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from lakekit_policies import wildcards
from lakekit_policies.iam.statements import MalformedPolicyError, Statement, statements_of
from lakekit_policies.rules._shared.policy_holders import HeldPolicy, PolicyHolders, buckets_by_reference
from lakekit_policies.rules._shared.policy_statements import is_denied
from lakekit_policies.terraform.blocks import local_address, nested
from lakekit_policies.terraform.declarations import Declaration, Declarations

_OF_WORKGROUP: Final = ("athena:getqueryresults", "athena:getqueryresultsstream")
_OF_OBJECTS: Final = ("s3:getobject", "s3:getobjectversion")
_FILE: Final = "f5c1a8e2-4b7d-4c39-9d60-2e8b7a1f03c4.csv"
"""A result has the id of its query as name. Wildcards for `b-*/state/*` match other keys of the bucket, but no result.

https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html
"""
_BUCKET: Final = re.compile(r"\$\{(aws_s3_bucket\.[\w-]+)(?:\[[^]]*\])?\.(arn|id|bucket)\}")


@dataclass(frozen=True, slots=True)
class Results:
    """The results of a workgroup."""

    address: str
    """Address of the workgroup; empty for one of another stack."""
    name: str
    location: str
    """`s3://…/`, with a slash at the end; empty if the workgroup sets none."""
    readers: tuple[str, ...] = ()

    def lies_in(self, outer: Results) -> bool:
        """Whether results are written inside of the location of another workgroup; of two equal ones, the later."""
        if not outer.location or "${" in outer.location or not self.location.startswith(outer.location):
            return False
        return self.location != outer.location or self.address > outer.address

    def may_lie_in(self, outer: Results) -> bool:
        """Whether an unknown part of a location decides where results are written."""
        inner_known, outer_known = (one.location.partition("${")[0] for one in (self, outer))
        if not outer.location or "${" not in self.location + outer.location or self.lies_in(outer):
            return False
        if self.location == outer.location:
            return self.address > outer.address
        return inner_known.startswith(outer_known) or ("${" in self.location and outer_known.startswith(inner_known))

    def only_reader_of(self, outer: Results) -> bool:
        """Whether one principal alone reads the results of both."""
        return len(self.readers) == 1 and self.readers == outer.readers


class ResultReaders:
    """Policies of a configuration that allow reading query results.

    Conditions are not evaluated: they allow some requests.

    Args:
        declared: the configuration.
    """

    def __init__(self, declared: Declarations) -> None:
        self._buckets: Final = buckets_by_reference(declared)
        self._held: Final[list[tuple[HeldPolicy, tuple[Statement, ...]]]] = []
        for held in PolicyHolders(declared).policies():
            with suppress(MalformedPolicyError):  # LK_IAM_31 reports it
                self._held.append((held, statements_of(held.policy.document)))

    def of_workgroup(self, resource: Declaration) -> Results:
        """The results of a workgroup of the configuration, with their readers."""
        given = resource.arguments
        parts = nested(given, "configuration", "result_configuration")
        location = next((str(one["output_location"]) for one in parts if one.get("output_location")), "")
        location = f"{self._plain(location).rstrip('/')}/" if location else ""
        results = Results(resource.address, str(given.get("name") or resource.address), location)
        readers = sorted({held.principal for held in self.policies_on(results)})
        return Results(results.address, results.name, location, tuple(readers))

    def policies_on(self, results: Results) -> Iterator[HeldPolicy]:
        """The policies that allow reading results, from Athena or from S3."""
        wanted = [(_OF_WORKGROUP, wildcards.arn_pattern(f"arn:*:athena:*:*:workgroup/{results.name}"))]
        if results.address:
            wanted.append((_OF_WORKGROUP, f"${{{local_address(results.address)}.arn}}"))
        if results.location:
            file = f"arn:*:s3:::{results.location.removeprefix('s3://')}{_FILE}"
            wanted.append((_OF_OBJECTS, wildcards.arn_pattern(file)))
        for held, statements in self._held:
            if any(self._allow(statements, actions, resource) for actions, resource in wanted):
                yield held

    def _allow(self, statements: tuple[Statement, ...], actions: tuple[str, ...], resource: str) -> bool:
        return any(
            one.allows and _has_action(one, action) and self._has_resource(one, resource)
            for action in actions
            if not is_denied(statements, action, resource)
            for one in statements
        )

    def _has_resource(self, statement: Statement, resource: str) -> bool:
        if statement.resources is not None:
            return any(wildcards.intersects(self._plain(pattern), resource) for pattern in statement.resources)
        return not wildcards.includes([self._plain(one) for one in statement.not_resources or ()], resource)

    def _plain(self, text: str) -> str:
        """A location or an ARN with the names of buckets in place of references to them."""

        def name(match: re.Match[str]) -> str:
            found = self._buckets.get(match[1], match[1])
            return f"arn:aws:s3:::{found}" if match[2] == "arn" else found

        return _BUCKET.sub(name, text)


def _has_action(statement: Statement, action: str) -> bool:
    if statement.actions is not None:
        return any(wildcards.matches(pattern.lower(), action) for pattern in statement.actions)
    return not any(wildcards.matches(pattern.lower(), action) for pattern in statement.not_actions or ())
