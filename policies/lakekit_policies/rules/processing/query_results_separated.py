from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import permutations
from typing import Final

from lakekit_policies.rule import DeclarationRule, Problem
from lakekit_policies.rules._shared.result_readers import ResultReaders, Results
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import mapping
from lakekit_policies.terraform.declarations import Declaration, Declarations

TAG: Final = "shared-results"
_MIN_REASON: Final = 10
"""Characters of a reason, as in the environment file."""


class QueryResultsSeparated(DeclarationRule):
    id = "LK_ATHENA_24"
    title = "Query results of an Athena workgroup are read by one principal, or sharing is stated"
    severity = "high"
    rationale = (
        "GetQueryResults is authorized on the workgroup, not on the query, and results are plain objects. A role that "
        "shares a workgroup or a result location reads columns and rows that Lake Formation hides from it."
    )
    remedy = (
        "Give each role that reads different data a workgroup and a result location of its own. If roles may share "
        f"results, state why: in `processing.athena.shared_results`, or in the tag `{TAG}` of a workgroup of the stack."
    )
    reference = "https://docs.aws.amazon.com/athena/latest/ug/workgroups-iam-policy.html"
    pack = "lakehouse"
    controls = {"nist": ["AC-3", "AC-4", "AC-6"], "soc2": ["CC6.1", "CC6.3"]}

    def declared_problems(self, declared: Declarations) -> Iterable[Problem]:
        here = [one for one in declared.resources if one.type == "aws_athena_workgroup" and one.mode == "managed"]
        names = {one.arguments.get("name") for one in here}
        elsewhere = [one for one in stack_context.current().athena_workgroups if one.get("name") not in names]
        if not here and not elsewhere:
            return
        readers = ResultReaders(declared)
        stated = {one.address for one in here if _is_stated(one)}
        found = [readers.of_workgroup(one) for one in here]
        for one in found:
            if len(one.readers) > 1 and one.address not in stated:
                yield Problem(
                    one.address,
                    f"query results of {one.name} are read by {_listed(one.readers)}; the tag {TAG} does not state why",
                )
        for inner, outer in permutations(found, 2):
            if (
                inner.lies_in(outer)
                and not {inner.address, outer.address} <= stated
                and not inner.only_reader_of(outer)
            ):
                yield Problem(
                    inner.address,
                    f"query results of {inner.name} are written to {inner.location}, inside of those of {outer.name} "
                    f"({outer.location}), which {_listed(outer.readers) or 'other principals'} may read",
                )
        for other in elsewhere:
            yield from _foreign_readers(readers, str(other["name"]), str(other["location"]), list(other["roles"]))


def _is_stated(workgroup: Declaration) -> bool:
    return len(str(mapping(workgroup.arguments, "tags").get(TAG) or "").strip()) >= _MIN_REASON


def _foreign_readers(readers: ResultReaders, name: str, location: str, roles: list[str]) -> Iterator[Problem]:
    """Policies that show the results of a workgroup of another stack to principals other than its roles."""
    results = Results("", name, location)
    for held in readers.policies_on(results):
        if held.principal not in {f"role {role}" for role in roles}:
            yield Problem(
                held.address,
                f"{held.principal} reads query results of the workgroup {name}, which the environment gives "
                f"{_listed(tuple(f'role {role}' for role in roles))} alone",
            )


def _listed(readers: tuple[str, ...]) -> str:
    return " and ".join((", ".join(readers[:-1]), readers[-1])) if len(readers) > 1 else "".join(readers)


check = QueryResultsSeparated()
