"""Run cdktf and Terraform: tools, environment variables, exit codes and durations."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lakekit.environment import Environment, directory, load
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.console import echo_stderr
from lakekit_cli.terraform_gate.phase_record import RECORD_VARIABLE, Phase
from lakekit_cli.toolchain import (
    Project,
    ProviderSource,
    find_cdktf,
    find_node,
    find_project,
    find_terraform,
    provider_source,
    run_variables,
)
from lakekit_policies.gate.shared_engine import engine_for_run
from lakekit_policies.run_lock.processes import find

ENVIRONMENTS_VARIABLE = "LAKEKIT_ENVIRONMENTS"
_RECORD_PREFIX = "run-"
_RECORD_SUFFIX = ".jsonl"


def environments_dir(project: Project) -> Path:
    """Return the folder of the environment files of a project."""
    return project.root / directory()


@dataclass(frozen=True)
class RunContext:
    """Tools and variables of a run, located and checked.

    Attributes:
        project: The project.
        terraform: Path of Terraform (not of the gate).
        cdktf: Path of the cdktf command line.
        source: Source of the Terraform providers.
        variables: Environment variables that the run adds.
    """

    project: Project
    terraform: Path
    cdktf: Path
    source: ProviderSource
    variables: Mapping[str, str]

    @classmethod
    def create(cls, environment: str | None = None, *, verbose: bool = False, cdktf: bool = True) -> RunContext:
        """Locate all tools before anything is started.

        Args:
            environment: Environment to synthesize, or several separated by commas; all if None.
            verbose: Print the tools.
            cdktf: Whether the run needs the cdktf command line.

        Raises:
            ToolError: A tool is missing or too old.
        """
        project = find_project()
        terraform = find_terraform()
        node = find_node()
        cdktf_cli = find_cdktf(project.root).path if cdktf else Path("cdktf")
        source = provider_source(project.data_dir)
        variables = run_variables(project, source, environment=environment, node=node.version)
        variables.setdefault(ENVIRONMENTS_VARIABLE, str(environments_dir(project)))
        if verbose:
            echo_stderr(f"terraform  {terraform}\nnode       {node}\nproviders  {source.description}")
        return cls(project, terraform.path, cdktf_cli, source, variables)

    @property
    def environ(self) -> dict[str, str]:
        """All environment variables of the run."""
        return {**os.environ, **self.variables}


def load_environment(environment: str) -> Environment:
    """Load an environment of the current project by name.

    Raises:
        EnvironmentFileError: The file does not exist or is invalid.
    """
    return load(environment, environments_dir(find_project()))


@contextmanager
def record_phases(context: RunContext) -> Iterator[tuple[dict[str, str], Path]]:
    """Yield the variables that make gated Terraform calls record their phases, and the file they write to.

    The gates of the run share one rule engine, which ends with it.
    """
    context.project.data_dir.mkdir(parents=True, exist_ok=True)
    _remove_records_of_killed_runs(context.project.data_dir)
    prefix = f"{_RECORD_PREFIX}{os.getpid()}-"
    descriptor, name = tempfile.mkstemp(prefix=prefix, suffix=_RECORD_SUFFIX, dir=context.project.data_dir)
    os.close(descriptor)
    try:
        with engine_for_run():
            yield {**context.environ, RECORD_VARIABLE: name}, Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _remove_records_of_killed_runs(folder: Path) -> None:
    for file in folder.glob(f"{_RECORD_PREFIX}*{_RECORD_SUFFIX}"):
        owner = file.name.removeprefix(_RECORD_PREFIX).partition("-")[0]
        if owner.isdigit() and find(int(owner)) is None:
            file.unlink(missing_ok=True)


def worst_exit_code(code: int, phases: Sequence[Phase]) -> int:
    """Return the most specific exit code: cdktf turns every failure into 1, the gate has recorded which it was."""
    if code in (int(ExitCode.OK), int(ExitCode.INTERRUPTED)):
        return code
    codes = {phase.code for phase in phases}
    specific = (ExitCode.BLOCKED, ExitCode.NOT_EVALUATED, ExitCode.WAIVERS, ExitCode.SETUP)
    return int(next((candidate for candidate in specific if candidate in codes), ExitCode.FAILED))
