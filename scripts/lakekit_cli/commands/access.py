"""`lakekit access`: who may see and write what, in the lake and in Snowflake, and how it comes about."""

from __future__ import annotations

import json
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lakekit.errors import LakekitError
from lakekit_cli.commands.run_context import RunContext, environments_dir, load_environment
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.console import echo, echo_stderr, make_table, print_table, progress

if TYPE_CHECKING:
    from lakekit.access_matrix import Matrix
    from lakekit.environment import Environment

Matrices = dict[str, "Matrix"]


@click.command()
@click.argument("environment")
@click.option(
    "--diff",
    "base",
    metavar="BASE",
    help="Show changes since BASE: a git revision, a synthesized folder, or what `--format json` wrote.",
)
@click.option("--role", help="Only this role.")
@click.option("--paths", is_flag=True, help="Say how each right comes about.")
@click.option(
    "--synthesized",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Read this folder instead of synthesizing.",
)
@click.option("--format", "form", type=click.Choice(["terminal", "json"]), default="terminal", show_default=True)
def access(
    *, environment: str, base: str | None, role: str | None, paths: bool, synthesized: Path | None, form: str
) -> int:
    """Show who may see and write which classification of which product in ENVIRONMENT.

    Both planes are computed from the synthesized configuration: Lake Formation's tags and grants, and Snowflake's
    roles, masking and row policies. Where they disagree, or with --diff where something changed, the exit code is 1.
    """
    found = load_environment(environment)
    if role is not None and role not in found.governance.roles:
        raise click.UsageError(f"{environment} has no role {role!r}; it has {', '.join(found.governance.roles)}")
    before = _base_matrices(found, base) if base is not None else None
    now = _matrices(found, synthesized) if synthesized else _synthesized(found)
    if before is not None:
        return _report_changes(before, now, role, form)
    if form == "json":
        echo(
            json.dumps(
                [one for matrix in now.values() for one in matrix.as_json() if role in (None, one["role"])], indent=2
            )
        )
    else:
        _print_matrices(now, role, paths=paths)
    return _report_conflicts(now)


def _print_matrices(now: Matrices, role: str | None, *, paths: bool) -> None:
    keys = sorted({key for matrix in now.values() for key in matrix.cells if role in (None, key[0])})
    listing = make_table("role", "product", "classification", *now)
    for key in keys:
        cells = [matrix.cells.get(key) for matrix in now.values()]
        listing.add_row(*key, *(cell.label if cell else "-" for cell in cells))
    print_table(listing)
    if not keys:
        echo_stderr("there is no table that any role could reach")
    for key in keys if paths else ():
        echo(f"{key[0]} on {key[1]}, {key[2]}")
        for plane, matrix in now.items():
            for way in matrix.cells[key].reasons if key in matrix.cells else ():
                echo(f"  {plane:<10} {way}")


def _report_conflicts(now: Matrices) -> int:
    from lakekit.access_matrix import conflicts

    if len(now) < 2:
        return int(ExitCode.OK)
    found = conflicts(now["lake"], now["snowflake"])
    for (role, product, classification), (lake, snowflake) in found.items():
        echo_stderr(f"{role} on {product}, {classification}: the lake says {lake}, Snowflake says {snowflake}")
    if not found:
        echo_stderr("both planes agree on every product that both have")
    return int(ExitCode.FAILED if found else ExitCode.OK)


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
        echo(json.dumps(changes, indent=2))
    else:
        listing = make_table("plane", "role", "product", "classification", "before", "after")
        for change in changes:
            listing.add_row(*change.values())
        if changes:
            print_table(listing)
        echo_stderr(f"{len(changes)} changes of access" if changes else "nobody's access changes")
    return int(ExitCode.FAILED if changes else ExitCode.OK)


def _matrices(environment: Environment, directory: Path) -> Matrices:
    from lakekit.access_matrix.stacks import read

    return _compute(environment, read(directory, environment.name))


def _compute(environment: Environment, stacks: list[dict[str, Any]]) -> Matrices:
    from lakekit.access_matrix import lake_matrix, snowflake_matrix

    found = {"lake": lake_matrix(environment, stacks)}
    if environment.snowflake is not None:
        found["snowflake"] = snowflake_matrix(environment, stacks)
    return found


def _synthesized(environment: Environment) -> Matrices:
    return _compute(environment, synthesized_stacks(environment))


def synthesized_stacks(environment: Environment) -> list[dict[str, Any]]:
    """The stacks of an environment, synthesized into a folder that is gone afterwards."""
    from lakekit.access_matrix.stacks import read

    context = RunContext.create(environment.name, cdktf=False)
    with tempfile.TemporaryDirectory() as folder, progress("synth and gate"):
        out = Path(folder) / "cdktf.out"
        _run_app(context.project.app, context.project.root, {**context.environ, "CDKTF_OUTDIR": str(out)})
        return read(out, environment.name)


def _run_app(app: str, root: Path, environ: Mapping[str, str]) -> None:
    # cdktf.json holds a line for a shell, and cdktf runs it in one.
    done = subprocess.run(
        ["/bin/sh", "-c", app], cwd=root, env=dict(environ), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise LakekitError(
            f"the configuration cannot be synthesized:\n{done.stderr.strip()}",
            where=str(root),
            fix="what it prints above says why; `lakekit synth` shows the whole report",
        )


def _base_matrices(environment: Environment, base: str) -> Matrices:
    """The matrices of a folder, of a file that `--format json` wrote, or of a git revision."""
    from lakekit.access_matrix import Matrix

    path = Path(base)
    if path.is_dir():
        return _matrices(environment, path)
    if path.is_file():
        try:
            cells = json.loads(path.read_text())
            return {plane: Matrix.from_json(plane, cells) for plane in sorted({one["plane"] for one in cells})}
        except (ValueError, KeyError, TypeError) as error:
            raise LakekitError(
                f"is no matrix: {error}",
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
            _run_app(context.project.app, root, {**context.environ, **variables})
        return _matrices(load(environment.name, environments), out)


@contextmanager
def _checkout(revision: str) -> Iterator[Path]:
    """The files of a git revision in a folder of their own, with this project's virtual environment."""
    from lakekit_cli.toolchain import find_project

    root = find_project().root
    packed = subprocess.run(["git", "archive", revision], cwd=root, capture_output=True, check=False)
    if packed.returncode:
        raise LakekitError(
            f"is no file, no folder and no git revision here: {packed.stderr.decode().strip()}",
            where=revision,
            fix="name a revision such as `main`, a synthesized folder, or a file of `--format json`",
        )
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=BytesIO(packed.stdout)) as archive:
            archive.extractall(folder, filter="data")
        if (root / ".venv").exists():
            (Path(folder) / ".venv").symlink_to(root / ".venv")
        yield Path(folder)
