"""Comparison of Lake Formation and Snowflake: the access matrix of each, and where they differ."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.console import echo_stderr

if TYPE_CHECKING:
    from lakekit.access_matrix import Matrix
    from lakekit.environment import Environment

Matrices = dict[str, "Matrix"]
REPORT = "access.json"
SUMMARY = "access.md"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A cell of the access matrix in which the planes differ.

    Attributes:
        environment: the environment.
        subject: role, product and classification; or the stack whose policies cannot be compared.
        problem: what each plane grants, or why the policies cannot be compared.
    """

    environment: str
    subject: str
    problem: str

    def __str__(self) -> str:
        return f"{self.environment}: {self.subject}: {self.problem}"


def compute_matrices(environment: Environment, stacks: Iterable[Mapping[str, Any]]) -> Matrices:
    """The access matrix of each plane of an environment.

    Args:
        environment: the environment.
        stacks: its synthesized stacks.

    Raises:
        PolicyMismatchError: the SQL of a Snowflake policy is not what its data renders.
    """
    from lakekit.access_matrix import lake_matrix, snowflake_matrix

    documents = list(stacks)
    found = {"lake": lake_matrix(environment, documents)}
    if environment.snowflake is not None:
        found["snowflake"] = snowflake_matrix(environment, documents)
    return found


def find_conflicts(environment: str, matrices: Matrices) -> list[Conflict]:
    """The cells in which Lake Formation and Snowflake grant different access to a product that both have."""
    from lakekit.access_matrix import conflicts

    if len(matrices) < 2:
        return []
    return [
        Conflict(
            environment,
            f"{role} on {product}, {classification}",
            f"Lake Formation grants {lake}, Snowflake grants {snowflake}",
        )
        for (role, product, classification), (lake, snowflake) in conflicts(
            matrices["lake"], matrices["snowflake"]
        ).items()
    ]


def compare_planes(environments: Iterable[Environment], directory: Path) -> list[Conflict]:
    """The conflicts of all environments that have Snowflake.

    Args:
        environments: the environments.
        directory: the synthesized directory.

    Returns:
        the conflicts; SQL that its data does not render is one.
    """
    from lakekit.access_matrix import PolicyMismatchError
    from lakekit.access_matrix.stacks import read

    found: list[Conflict] = []
    for environment in environments:
        if environment.snowflake is None:
            continue
        try:
            matrices = compute_matrices(environment, read(directory, environment.name))
        except PolicyMismatchError as error:
            found.append(Conflict(environment.name, "policies", str(error)))
        else:
            found += find_conflicts(environment.name, matrices)
    return found


def report_conflicts(conflicts: list[Conflict], compared: list[str], reports: Path | None) -> int:
    """Print the conflicts, write them into the folder of the reports, and return the exit code.

    Args:
        conflicts: see `compare_planes`.
        compared: names of the environments that were compared.
        reports: the folder; None writes nothing.
    """
    for conflict in conflicts:
        echo_stderr(f"Error: {conflict}")
    if compared and not conflicts:
        echo_stderr(f"Lake Formation and Snowflake grant the same access in {', '.join(compared)}")
    if reports is not None and compared:
        reports.mkdir(parents=True, exist_ok=True)
        entries = [
            {"environment": one.environment, "subject": one.subject, "problem": one.problem} for one in conflicts
        ]
        (reports / REPORT).write_text(json.dumps({"compared": compared, "conflicts": entries}, indent=2) + "\n")
        (reports / SUMMARY).write_text(_markdown(conflicts, compared), encoding="utf-8")
    return int(ExitCode.ACCESS if conflicts else ExitCode.OK)


def _markdown(conflicts: list[Conflict], compared: list[str]) -> str:
    title = "\n### Access matrix: Lake Formation and Snowflake\n\n"
    if not conflicts:
        return f"{title}✅ The same access in {', '.join(compared)}.\n"
    rows = "".join(
        f"| {one.environment} | {one.subject} | {one.problem.replace('|', chr(92) + '|').replace(chr(10), ' ')} |\n"
        for one in conflicts
    )
    return f"{title}❌ {len(conflicts)} differences.\n\n| environment | access | difference |\n|---|---|---|\n{rows}"
