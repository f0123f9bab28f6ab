from __future__ import annotations

from collections.abc import Iterable, Iterator

from lakekit_policies import sql
from lakekit_policies.boundary import Membership, arns, current_boundary
from lakekit_policies.destinations import Destination, Kind, membership
from lakekit_policies.destinations.model import Use
from lakekit_policies.destinations.shapes import in_text, is_open
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.saved_sql import TYPES, saved_sql
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block


class SavedSqlInside(Rule):
    id = "LK_ATHENA_22"
    title = "Saved SQL writes to and loads from locations inside the trust boundary"
    severity = "high"
    rationale = (
        "UNLOAD, COPY, CREATE TABLE with a location and external functions send data to the bucket or account that "
        "their text names, with the permissions of the user who runs the statement. A grant to PUBLIC is access for "
        "every user of the database."
    )
    remedy = "Name buckets of this configuration or of `trust_boundary.buckets`. Grant to roles, not to PUBLIC."
    reference = "https://docs.aws.amazon.com/athena/latest/ug/unload.html"
    pack = "baseline"
    controls = {"nist": ["AC-4", "AC-6", "SC-7"], "soc2": ["CC6.1", "CC6.7"]}
    resources = TYPES

    def problems(self, block: Block) -> Iterable[str]:
        for one in saved_sql(self.entity_type, block):
            literals = None if one.text is None else sql.location_literals(one.text)
            if one.text is None or literals is None:
                composed = "" if one.text is not None else ": it is composed when it runs"
                yield f"{one.where} cannot be evaluated{composed}"
                continue
            yield from dict.fromkeys(problem for literal in literals for problem in _problems(literal, one.where))
            yield from (f"{one.where} {grant}" for grant in sql.public_grants(one.text))


def _problems(literal: str, name: str) -> Iterator[str]:
    boundary, metadata = current_boundary(), stack_context.current()
    found = [(Kind.ACCOUNT, literal)] if arns.is_account(literal) else in_text(literal)
    for kind, value in found:
        if is_open(kind, value):
            continue
        inside = membership(Destination(kind, value, name, Use.DATA), boundary, metadata)
        if inside is Membership.OUTSIDE:
            yield f"{name} names {kind} {value}, which is outside of the trust boundary"
        elif inside is Membership.UNKNOWN:
            yield f"{name} names {kind} {value}, which is not known to be inside of the trust boundary"


check = SavedSqlInside()
