"""Comparison of Lake Formation and Snowflake: the access matrix of each, and where they differ."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.console import echo_stderr
from lakekit_policies.shared.counted import counted
from lakekit_policies.shared.safe_text import markdown

if TYPE_CHECKING:
    from lakekit.access_matrix import Matrix
    from lakekit.environment import Environment

Matrices = dict[str, "Matrix"]
REPORT = "access.json"
SUMMARY = "access.md"
NOT_COMPARED = "this app does not contain the table in the lake, or not the stack that tags its database"


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


@dataclass(frozen=True, slots=True)
class Comparison:
    """The result of the comparison of environments with Snowflake.

    Attributes:
        compared: environments with at least one table on both planes.
        conflicts: the differences.
        not_compared: environment and product of the tables in Snowflake whose counterpart in the lake is unknown.
    """

    compared: list[str] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    not_compared: list[str] = field(default_factory=list)

    def add(self, environment: str, matrices: Matrices) -> None:
        """Compare the planes of an environment."""
        from lakekit.access_matrix import not_compared

        lake, snowflake = matrices["lake"], matrices["snowflake"]
        found = find_conflicts(environment, matrices)
        if found or set(lake.products) & set(snowflake.products):
            self.compared.append(environment)
        self.conflicts.extend(found)
        self.not_compared.extend(f"{environment}: {product}" for product in not_compared(lake, snowflake))

    def add_mismatch(self, environment: str, error: Exception) -> None:
        """Record that the SQL of an environment is not what its data renders."""
        self.compared.append(environment)
        self.conflicts.append(Conflict(environment, "policies", str(error)))


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
    """The cells in which Lake Formation and Snowflake grant different access to a table, or tag it differently."""
    from lakekit.access_matrix import classified_differently, conflicts, tagged_differently

    if len(matrices) < 2:
        return []
    planes = (matrices["lake"], matrices["snowflake"])
    on_tables = [
        Conflict(environment, table, f"Lake Formation tags {what} as {lake}, Snowflake as {snowflake}")
        for what, found in (("it", tagged_differently(*planes)), ("its columns", classified_differently(*planes)))
        for table, (lake, snowflake) in found.items()
    ]
    return on_tables + [
        Conflict(
            environment,
            f"{role} on {product}, {classification}",
            f"Lake Formation grants {lake}, Snowflake grants {snowflake}",
        )
        for (role, product, classification), (lake, snowflake) in conflicts(*planes).items()
    ]


def compare_planes(environments: Iterable[Environment], directory: Path) -> Comparison:
    """Compare the planes of all environments that have Snowflake.

    Args:
        environments: the environments.
        directory: the synthesized directory.

    Returns:
        the comparison; SQL that its data does not render is a conflict.
    """
    from lakekit.access_matrix import PolicyMismatchError
    from lakekit.access_matrix.stacks import read

    found = Comparison()
    for environment in environments:
        if environment.snowflake is None:
            continue
        try:
            matrices = compute_matrices(environment, read(directory, environment.name))
        except PolicyMismatchError as error:
            found.add_mismatch(environment.name, error)
        else:
            found.add(environment.name, matrices)
    return found


def report_comparison(comparison: Comparison, reports: Path | None = None) -> int:
    """Print a comparison, write it into the folder of the reports, and return the exit code.

    Args:
        comparison: see `compare_planes`.
        reports: the folder; None writes nothing.
    """
    for conflict in comparison.conflicts:
        echo_stderr(f"Error: {conflict}")
    for product in comparison.not_compared:
        echo_stderr(f"Not compared: {product}: {NOT_COMPARED}")
    if comparison.compared and not comparison.conflicts:
        echo_stderr(f"Lake Formation and Snowflake grant the same access in {', '.join(comparison.compared)}")
    if reports is not None:
        reports.mkdir(parents=True, exist_ok=True)
        written = {
            "compared": comparison.compared,
            "conflicts": [asdict(one) for one in comparison.conflicts],
            "not_compared": comparison.not_compared,
        }
        (reports / REPORT).write_text(json.dumps(written, indent=2) + "\n")
        (reports / SUMMARY).write_text(_markdown(comparison), encoding="utf-8")
    return int(ExitCode.ACCESS if comparison.conflicts else ExitCode.OK)


def _markdown(comparison: Comparison) -> str:
    text = "\n### Access matrix: Lake Formation and Snowflake\n\n"
    if comparison.conflicts:
        rows = "".join(
            f"| {markdown(one.environment)} | {markdown(one.subject)} | {markdown(one.problem)} |\n"
            for one in comparison.conflicts
        )
        differences = f"❌ {counted(len(comparison.conflicts), 'difference')}."
        text += f"{differences}\n\n| environment | access | difference |\n|---|---|---|\n{rows}"
    elif comparison.compared:
        text += f"✅ The same access in {markdown(', '.join(comparison.compared))}.\n"
    else:
        text += "No table was compared.\n"
    if comparison.not_compared:
        text += f"\nNot compared ({NOT_COMPARED}): {markdown(', '.join(comparison.not_compared))}.\n"
    return text
