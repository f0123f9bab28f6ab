from __future__ import annotations

from collections.abc import Iterable, Iterator

from lakekit_policies import sql
from lakekit_policies.boundary import Membership, arns, current_boundary
from lakekit_policies.destinations import Destination, Kind, membership
from lakekit_policies.destinations.model import Use
from lakekit_policies.destinations.shapes import in_text, is_open
from lakekit_policies.rule import Rule
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, as_list, nested

_TEXTS = {
    "aws_athena_named_query": "query",
    "aws_athena_prepared_statement": "query_statement",
    "aws_cloudwatch_event_target": "redshift_target.sql",
    "aws_pipes_pipe": "target_parameters.redshift_data_parameters.sqls",
    "aws_redshiftdata_statement": "sql",
}


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
    resources = tuple(_TEXTS)

    def problems(self, block: Block) -> Iterable[str]:
        name = _TEXTS[self.entity_type]
        *outer, last = name.split(".")
        blocks = nested(block, *outer) if outer else [block]
        for text in (str(one) for part in blocks for one in as_list(part.get(last))):
            literals = sql.location_literals(text)
            if literals is None:
                yield f"{name} cannot be evaluated"
                continue
            yield from dict.fromkeys(problem for one in literals for problem in _problems(one, name))
            yield from (f"{name} {grant}" for grant in sql.public_grants(text))


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
