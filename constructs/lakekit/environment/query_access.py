"""Athena workgroups of an environment, and which roles may share one.

GetQueryExecution and GetQueryResults are authorized on the workgroup, not on the query: a principal with access to a
workgroup reads the results of every query in it
(https://docs.aws.amazon.com/athena/latest/ug/workgroups-iam-policy.html).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import Any, Final

from lakekit.naming import Names

from .governance import GovernanceSettings, RoleSettings
from .processing import ProcessingSettings

KEY: Final = ("processing", "athena")
RESULTS: Final = "query-results"
"""Short name of the bucket of query results, and of its key."""


def result_location(names: Names, workgroup: str) -> str:
    """Return `s3://…/<workgroup>/`, where a workgroup writes its results; the slash keeps `a` apart from `a-b`."""
    return f"s3://{names.bucket(RESULTS)}/{workgroup}/"


def workgroups(processing: ProcessingSettings, governance: GovernanceSettings) -> dict[str, tuple[str, ...]]:
    """Return the Athena workgroups by name with the roles that may query in each; empty if Athena is disabled."""
    athena = processing.athena
    if not (processing.enabled and athena.enabled):
        return {}
    if athena.teams is not None:
        return dict(athena.teams)
    return {role: (role,) for role in governance.roles}


def difference(one: str, other: str, governance: GovernanceSettings, zones: Sequence[str]) -> str:
    """Return what only one of two roles reads: `only engineer reads public data of zone raw and domain sales`.

    Args:
        one: name of a role; the access of a role that governance.roles does not have is not known.
        other: name of the other role.
        governance: roles, domains and classifications.
        zones: names of the zones.

    Returns:
        Empty if both read the same data.
    """
    if one == other:
        return ""
    for name in (one, other):
        if name not in governance.roles:
            return f"the access of {name} is not known, because governance.roles does not have it"
    settings, others = governance.roles[one], governance.roles[other]
    if settings.row_filtered or others.row_filtered:
        return "row filters give each role different rows"
    for zone, domain, classification in product(zones, governance.domains, governance.classifications):
        tags = {"zone": zone, "domain": domain, "classification": classification}
        if (reads := _reads(settings, tags)) != _reads(others, tags):
            return f"only {one if reads else other} reads {classification} data of zone {zone} and domain {domain}"
    return ""


def problems(
    processing: ProcessingSettings, governance: GovernanceSettings, zones: Sequence[str]
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Keys and messages of workgroups that give roles the query results of others, and of reasons without a workgroup.

    Args:
        processing: the section `processing`.
        governance: roles, domains and classifications.
        zones: names of the zones.
    """
    athena, known = processing.athena, workgroups(processing, governance)
    for name in athena.shared_results if known else ():
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            fix = f"did you mean {near[0]!r}?" if near else f"the workgroups are {', '.join(known)}"
            yield (*KEY, "shared_results", name), f"there is no Athena workgroup {name}: {fix}"
    for name, roles in known.items():
        if name in athena.shared_results:
            continue
        for one, other in combinations(dict.fromkeys(roles), 2):
            if found := difference(one, other, governance, zones):
                yield (*KEY, "teams", name), _message(name, one, other, found)
                break


def separated(
    names: Names, processing: ProcessingSettings, governance: GovernanceSettings, zones: Sequence[str]
) -> tuple[dict[str, Any], ...]:
    """Return the workgroups whose results are not shared, for the metadata of stacks.

    Each with its physical name, the location of its results, and the names of the roles that may read them: those of
    the environment file, and those of governance.roles that read the same data. Workgroups without roles are left out:
    the stacks of teams grant access to them.
    """
    known = governance.roles
    found = []
    for name, users in workgroups(processing, governance).items():
        same = [one for one in known if not any(difference(user, one, governance, zones) for user in users)]
        if users and name not in processing.athena.shared_results:
            roles = [names.role(one) if one in known else one for one in dict.fromkeys((*users, *same))]
            location = result_location(names, name)
            found.append({"name": names.resource(name), "location": location, "roles": roles})
    return tuple(found)


def _message(name: str, one: str, other: str, found: str) -> str:
    return (
        f"processing.athena.teams.{name}: {one} and {other} would read each other's query results, and {found}: give "
        "them different workgroups (remove processing.athena.teams for one workgroup for each role), or state in "
        f"processing.athena.shared_results.{name} why they may"
    )


def _reads(settings: RoleSettings, tags: dict[str, str]) -> bool:
    return any(one.matches(tags) for one in settings.reading)
