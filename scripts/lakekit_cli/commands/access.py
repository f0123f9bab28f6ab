"""`lakekit access`: the access matrix of Lake Formation and Snowflake."""

from __future__ import annotations

import json
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lakekit.core import interrupt_hook
from lakekit.errors import LakekitError
from lakekit_cli.commands import options
from lakekit_cli.commands.access_comparison import (
    Comparison,
    Matrices,
    compute_matrices,
    report_comparison,
)
from lakekit_cli.commands.foreground import run_captured
from lakekit_cli.commands.run_context import RunContext, environments_dir, load_environment
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.console import echo, echo_stderr, make_table, print_json, print_table, progress
from lakekit_cli.toolchain import Project, app_exit_code, find_project, require_interpreter
from lakekit_cli.toolchain.app import app_error, wrote_nothing
from lakekit_policies.shared.counted import counted
from lakekit_policies.shared.regular_file import MAX_BYTES, read_regular_text

if TYPE_CHECKING:
    from lakekit.environment import Environment


@click.command()
@options.environment_argument
@click.option(
    "--diff",
    "base",
    metavar="BASE",
    help="Show changes since BASE: a git revision, a synthesized folder, or a file written by `--format json`.",
)
@click.option("--role", help="Only this role.")
@click.option("--reasons", is_flag=True, help="Also list the grants, tags and policies behind each level.")
@click.option(
    "--synthesized",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Read this folder instead of synthesizing.",
)
@options.output_format
def access(
    *, environment: str, base: str | None, role: str | None, reasons: bool, synthesized: Path | None, form: str
) -> int:
    """Show the access matrix of ENVIRONMENT: the access level of each role to each classification of each product.

    Both planes are computed from the synthesized configuration: LF-tags, grants and cell filters of Lake Formation;
    roles, tags, masking and row access policies of Snowflake. The exit code is 6 if the planes differ, and with --diff
    1 if access changed.
    """
    found = load_environment(environment)
    if role is not None and role not in found.governance.roles:
        raise click.UsageError(f"{environment} has no role {role!r}; it has {', '.join(found.governance.roles)}")
    from lakekit.access_matrix import PolicyMismatchError

    before = _base_matrices(found, base) if base is not None else None
    comparison = Comparison()
    try:
        now = _matrices(found, synthesized) if synthesized else _synthesized(found)
    except PolicyMismatchError as error:
        comparison.add_mismatch(environment, error)
        return report_comparison(comparison)
    if before is not None:
        return _report_changes(before, now, role, form)
    if form == "json":
        print_json([one for matrix in now.values() for one in matrix.as_json() if role in (None, one["role"])])
    else:
        _print_matrices(now, role, reasons=reasons)
    if len(now) > 1:
        comparison.add(environment, now)
    return report_comparison(comparison)


def _print_matrices(now: Matrices, role: str | None, *, reasons: bool) -> None:
    keys = sorted({key for matrix in now.values() for key in matrix.cells if role in (None, key[0])})
    listing = make_table("role", "product", "classification", *now)
    for key in keys:
        cells = [matrix.cells.get(key) for matrix in now.values()]
        listing.add_row(*key, *(cell.label if cell else "-" for cell in cells))
    print_table(listing)
    if not keys:
        echo_stderr("no table is accessible by any role")
    for key in keys if reasons else ():
        echo(f"{key[0]} on {key[1]}, {key[2]}")
        for plane, matrix in now.items():
            for reason in matrix.cells[key].reasons if key in matrix.cells else ():
                echo(f"  {plane:<10} {reason}")


def _report_changes(before: Matrices, now: Matrices, role: str | None, form: str) -> int:
    from lakekit.access_matrix import Matrix, differences

    changes: list[dict[str, Any]] = []
    for plane in sorted({*before, *now}):
        found = differences(before.get(plane, Matrix(plane)), now.get(plane, Matrix(plane)))
        changes += [
            {"plane": plane, "role": key[0], "product": key[1], "classification": key[2], "before": was, "after": is_}
            for key, (was, is_) in found.items()
            if role in (None, key[0])
        ]
    if form == "json":
        print_json(changes)
    else:
        listing = make_table("plane", "role", "product", "classification", "before", "after")
        for change in changes:
            listing.add_row(*change.values())
        if changes:
            print_table(listing)
        echo_stderr(f"{counted(len(changes), 'change')} of access" if changes else "no changes of access")
    return int(ExitCode.FAILED if changes else ExitCode.OK)


def _matrices(environment: Environment, directory: Path) -> Matrices:
    from lakekit.access_matrix.stacks import read

    return compute_matrices(environment, read(directory, environment.name))


def _synthesized(environment: Environment) -> Matrices:
    return compute_matrices(environment, synthesized_stacks(environment))


def synthesized_stacks(environment: Environment) -> list[dict[str, Any]]:
    """Synthesize an environment into a temporary folder and return its stacks."""
    from lakekit.access_matrix.stacks import read

    context = RunContext.create(environment.name, cdktf=False)
    with tempfile.TemporaryDirectory() as folder, progress("synth and gate"):
        out = Path(folder) / "cdktf.out"
        require_interpreter(context.project)
        _run_app(context.project, {**context.environ, "CDKTF_OUTDIR": str(out), interrupt_hook.VARIABLE: "1"})
        if not (out / "manifest.json").exists():
            raise wrote_nothing(context.project)
        return read(out, environment.name)


class AppFailedError(LakekitError):
    """The app of the project failed; the exit code is that of the gate if it rejected the configuration."""

    def __init__(self, output: str, root: Path, exit_code: int) -> None:
        super().__init__(
            f"the configuration cannot be synthesized:\n{output}",
            where=str(root),
            fix="correct the error above; `lakekit synth` shows the whole report",
        )
        self.exit_code = exit_code


def _run_app(project: Project, environ: Mapping[str, str]) -> None:
    # `app` of cdktf.json is a shell command.
    command = ["/bin/sh", "-c", project.app]
    ended, _, errors = run_captured(command, environ, project.root)
    if not ended:
        return
    if ended == int(ExitCode.INTERRUPTED):
        raise KeyboardInterrupt
    code = app_exit_code(ended, project)
    if not errors.strip():
        raise app_error(ended, project)
    raise AppFailedError(errors.strip(), project.root, code)


def _base_matrices(environment: Environment, base: str) -> Matrices:
    """Return the matrices of a folder, of a file written by `--format json`, or of a git revision."""
    from lakekit.access_matrix import Matrix
    from lakekit_policies.terraform.synthesized_directory import stack_files

    path = Path(base)
    if path.is_dir():
        if not stack_files(path):
            raise LakekitError(
                "not a synthesized folder: it has no stacks",
                where=base,
                fix=f"pass a folder that `lakekit synth {environment.name}` has written, such as a copy of cdktf.out",
            )
        return _matrices(environment, path)
    if path.is_file():
        try:
            cells = json.loads(read_regular_text(path, MAX_BYTES))
            if not isinstance(cells, list):
                raise TypeError(f"expected a list, got {type(cells).__name__}")
            return {plane: Matrix.from_json(plane, cells) for plane in sorted({one["plane"] for one in cells})}
        except (ValueError, KeyError, TypeError) as error:
            raise LakekitError(
                f"not an access matrix: {error}",
                where=base,
                fix=f"write it with `lakekit access {environment.name} --format json`",
            ) from error
    with _checkout(base) as root:
        from lakekit.environment import load

        context = RunContext.create(environment.name, cdktf=False)
        environments = root / environments_dir(context.project).relative_to(context.project.root)
        out = root / "cdktf.out"
        variables = {"CDKTF_OUTDIR": str(out), "LAKEKIT_ENVIRONMENTS": str(environments)}
        with progress(f"synth and gate of {base}"):
            _run_app(replace(context.project, root=root), {**context.environ, **variables})
        return _matrices(load(environment.name, environments), out)


@contextmanager
def _checkout(revision: str) -> Iterator[Path]:
    """Check out a git revision into a temporary folder, with this project's virtual environment."""
    root = find_project().root
    packed = subprocess.run(["git", "archive", revision], cwd=root, capture_output=True, check=False)
    if packed.returncode:
        raise LakekitError(
            f"not a file, a folder or a git revision: {packed.stderr.decode().strip()}",
            where=revision,
            fix="pass a revision such as `main`, a synthesized folder, or a file written by `--format json`",
        )
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=BytesIO(packed.stdout)) as archive:
            archive.extractall(folder, filter="data")
        if (root / ".venv").exists():
            (Path(folder) / ".venv").symlink_to(root / ".venv")
        yield Path(folder)
