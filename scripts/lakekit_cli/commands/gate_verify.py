"""`lakekit gate verify`: check before an apply that a plan has the record of a passed evaluation."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.console import echo, echo_stderr
from lakekit_policies.shared.regular_file import read_regular_bytes

if TYPE_CHECKING:
    from lakekit_policies.records.plan_records import PlanRecord


_MAX_HOURS: Final = 24 * 366 * 10
"""Ten years."""


def _finite(_context: click.Context, _parameter: click.Parameter, value: float) -> float:
    if not math.isfinite(value):
        raise click.BadParameter(f"{value} is not a number of hours, such as 24")
    return value


@click.command("verify")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True), metavar="FILE")
@click.option(
    "--records",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    multiple=True,
    metavar="FILE",
    help="Plan records. Repeatable. Default: .lakekit/plans.jsonl of the project.",
)
@click.option("--commit", metavar="SHA", help="Commit that must have been planned. Default: the one checked out.")
@click.option(
    "--max-age",
    type=click.FloatRange(min=0, min_open=True, max=_MAX_HOURS),
    callback=_finite,
    default=24.0,
    show_default=True,
    metavar="HOURS",
    help="Age of the evaluation at most.",
)
def verify(file: Path, records: tuple[Path, ...], commit: str | None, max_age: float) -> int:
    """Verify that a plan was evaluated by this gate and passed.

    FILE is a plan file (`lakekit-terraform plan -out=FILE`) or its JSON document. The newest record with the same
    SHA-256 must have passed with the rules and the version of this Lakekit, from the given commit without uncommitted
    changes, within the given time, and must not have been applied. No later line of the records may be incomplete.
    """
    from lakekit_cli.toolchain import project_root
    from lakekit_cli.toolchain.commit import current_commit
    from lakekit_policies.records.plan_records import FILE, PlanRecords

    if commit is not None and not commit.strip():
        raise click.BadParameter(
            "it is empty; pass the commit of the pipeline, or leave the option out for the commit that is checked out",
            param_hint="--commit",
        )
    root = project_root() or Path.cwd()
    with _reading(file, "FILE"):
        actual = hashlib.sha256(read_regular_bytes(file)).hexdigest()
    found: list[PlanRecord] = []
    lost: list[str] = []
    for source in records or (root / FILE,):
        with _reading(source, "--records"):
            read, broken = PlanRecords(source).read()
        matching = [record for record in read if actual in (record.plan_file, record.sha256)]
        found += matching
        for line in broken:
            echo_stderr(f"Warning: {source}:{line} is not a complete record")
            # In another file than the records of the plan, any line can be the later one.
            if all(record.line < line for record in matching):
                lost.append(f"{source}:{line} is not complete: it can be a later rejection or apply of the plan")
    if not found:
        echo_stderr(f"NOT VERIFIED  {file}: no record of a plan with SHA-256 {actual}")
        return int(ExitCode.FAILED)
    newest = max(found, key=lambda record: record.evaluated_at)
    expected = commit or current_commit(root).sha
    problems = [*_problems(newest, expected, timedelta(hours=max_age)), *lost]
    for problem in problems:
        echo_stderr(f"  {problem}")
    if problems:
        echo_stderr(f"NOT VERIFIED  {file}: plan of {newest.stack}, SHA-256 {actual}")
        return int(ExitCode.FAILED)
    origin = newest.origin
    echo(
        f"VERIFIED  {file}: plan of {newest.stack} ({origin.tier}, account {origin.account_id}), commit "
        f"{origin.commit}, evaluated {newest.evaluated_at[:16]}Z by {origin.user}, Lakekit {origin.gate_version}"
    )
    return int(ExitCode.OK)


@contextmanager
def _reading(file: Path, parameter: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise click.BadParameter(f"{file} cannot be read: {error.strerror}", param_hint=parameter) from error


def _problems(record: PlanRecord, commit: str, age: timedelta) -> Iterator[str]:
    from lakekit_policies.records.origin import rules_sha256
    from lakekit_policies.shared.utc_time import read_time
    from lakekit_policies.shared.version import __version__

    origin = record.origin
    if record.environment and not origin.account_id:
        yield "it is not recorded for which account it was planned"
    if not record.clean:
        code = record.not_evaluated
        yield f"the plan could not be evaluated, exit code {code}" if code else "the plan was rejected"
    if record.applied:
        yield f"the plan was applied on {record.applied[:16]}Z"
    if origin.gate_version != __version__:
        yield f"evaluated by Lakekit {origin.gate_version or '(not recorded)'}, this is {__version__}"
    if origin.rules_sha256 != rules_sha256():
        yield f"evaluated with rules {origin.rules_sha256 or '(not recorded)'}, these are {rules_sha256()}"
    if not commit:
        yield "no commit to compare with: pass --commit, or run in a git checkout"
    elif origin.commit != commit:
        yield f"planned from commit {origin.commit or '(not recorded)'}, expected {commit}"
    if origin.dirty is not False:
        yield (
            "planned with uncommitted changes" if origin.dirty else "it is not recorded whether changes were committed"
        )
    elapsed = datetime.now(UTC) - read_time(record.evaluated_at)
    if not timedelta() <= elapsed <= age:
        yield f"evaluated on {record.evaluated_at[:16]}Z, not within {age.total_seconds() / 3600:g} hours"
