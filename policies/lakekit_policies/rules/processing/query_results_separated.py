from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import permutations
from typing import Final

from lakekit_policies.rule import DeclarationRule, Problem
from lakekit_policies.rules._shared.result_readers import ResultReaders, Results
from lakekit_policies.terraform import hcl_expressions, stack_context
from lakekit_policies.terraform.blocks import is_unknown, mapping
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
        reasons = {one.address: _states_reason(one) for one in here}
        found = [readers.of_workgroup(one) for one in here]
        shared: list[tuple[str, str, tuple[str, ...]]] = [
            (one.address, f"query results of {one.name} are read by {_listed(one.readers)}", (one.address,))
            for one in found
            if len(one.readers) > 1
        ]
        for inner, outer in permutations(found, 2):
            if inner.only_reader_of(outer):
                continue
            both = (inner.address, outer.address)
            if inner.lies_in(outer):
                message = (
                    f"query results of {inner.name} are written to {inner.location}, inside of those of {outer.name} "
                    f"({outer.location}), which {_listed(outer.readers) or 'other principals'} may read"
                )
                shared.append((inner.address, message, both))
            elif inner.may_lie_in(outer) and not all(reasons[one] for one in both):
                yield from _undecided(
                    declared, inner.address, f"query results of {inner.name} are inside of those of {outer.name}"
                )
        for address, message, workgroups in shared:
            stated = [reasons[one] for one in workgroups]
            if False in stated:
                tag = f"; the tag {TAG} does not state why" if len(workgroups) == 1 else ""
                yield Problem(address, f"{message}{tag}")
            elif None in stated:
                yield from _undecided(declared, address, f"the tag {TAG} states why {message}")
        for other in elsewhere:
            yield from _foreign_readers(readers, str(other["name"]), str(other["location"]), list(other["roles"]))


def _undecided(declared: Declarations, address: str, what: str) -> Iterator[Problem]:
    """What is not known in a plan; in a stack, it is left to the plan."""
    if declared.references is not None:
        is_warning = not stack_context.current().at_least("staging")
        yield Problem(address, f"not known before apply whether {what}", warning=is_warning)


def _states_reason(workgroup: Declaration) -> bool | None:
    """Whether the tag of a workgroup states a reason; None if it is not known."""
    tags = workgroup.arguments.get("tags")
    reason = str(mapping(workgroup.arguments, "tags").get(TAG) or "").strip()
    if is_unknown(tags) or hcl_expressions.whole(reason) is not None:
        return None
    return len(reason) >= _MIN_REASON


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
