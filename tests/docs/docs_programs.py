"""Python blocks and example files: built in one app, synthesized once, and evaluated by the gate once."""

from __future__ import annotations

import ast
import contextlib
import io
import re
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from docs_settings import environment_with

from lakekit import LakehouseApp, LakehouseStack, LakekitError, TeamStack
from lakekit.environment import Environment

MODULE = "lakekit_documentation"
"""`__name__` of the programs: tells their classes from imported ones."""


@dataclass
class Program:
    """Python code that is executed, and the environment in which its stacks are built.

    Attributes:
        place: where the code is, for messages.
        parts: the code; later parts see the names of earlier ones.
        environment: an environment of its own, so that programs may use the same stack names.
        error: the traceback, if it failed.
        stacks: the stacks that it built.
        names: its global names.
    """

    place: str
    parts: Sequence[str]
    environment: Environment
    error: str = ""
    stacks: list[LakehouseStack] = field(default_factory=list)
    names: dict[str, Any] = field(default_factory=lambda: {"__name__": MODULE})


def environments(number: int) -> tuple[Environment, Environment]:
    """A sandbox on the local cloud and a production environment on AWS.

    Each has a name and an account of its own: programs share one app, and names must not collide.
    """
    production = {"tier": "prod", "target": "aws", "backend": {"kind": "s3"}}
    return (
        environment_with({}, environment=f"docs{number}s", account_id=f"{300_000_000_000 + number}"),
        environment_with({}, environment=f"docs{number}p", account_id=f"{400_000_000_000 + number}", **production),
    )


def build(programs: Sequence[Program], outdir: Path) -> str:
    """Build the stacks of the programs, synthesize and gate them in one app, and return the gate's report.

    The report is empty if the gate passed everything. Code without stacks, such as a call of the gate, runs last, in
    the folder that holds the synthesized output.
    """
    app = LakehouseApp([program.environment for program in programs], outdir=outdir)
    for program in programs:
        with _recorded(program):
            for part in program.parts:
                if _defines_stacks(part):
                    _build_stacks(part, program, app)
                elif "self" in _free_names(part):
                    _build_fragment(part, program, app)
    report = io.StringIO()
    try:
        with contextlib.redirect_stderr(report):
            app.synth()
    except LakekitError as error:
        return f"{report.getvalue()}\n{error}"
    for program in programs:
        with _recorded(program), contextlib.chdir(outdir.parent):
            for part in program.parts:
                if not _defines_stacks(part) and "self" not in _free_names(part):
                    _execute(part, program)
    return ""


@contextlib.contextmanager
def _recorded(program: Program) -> Iterator[None]:
    try:
        yield
    except Exception:
        program.error = program.error or traceback.format_exc()


def _execute(part: str, program: Program) -> None:
    # A waiver has to end within 180 days, and a page cannot say when it is read.
    code = re.sub(r'expires="[\d-]+"', f'expires="{date.today() + timedelta(days=30)}"', part)
    exec(compile(code, program.place, "exec"), program.names)  # the code of our own documentation


def _build_stacks(part: str, program: Program, app: LakehouseApp) -> None:
    before = set(program.names)
    _execute(part, program)
    for name in [name for name in program.names if name not in before]:
        found = program.names[name]
        if isinstance(found, type) and issubclass(found, LakehouseStack) and found.__module__ == MODULE:
            program.stacks.append(found(app, program.environment))  # type: ignore[call-arg]


def _build_fragment(part: str, program: Program, app: LakehouseApp) -> None:
    """Execute code that uses `self` as the body of a team's stack."""
    if "self" not in program.names:
        stack = TeamStack(app, program.environment, "orders", domain="sales", owner="sales-data@acme.example")
        program.names["self"] = stack
        program.stacks.append(stack)
    _execute(part, program)


def _defines_stacks(code: str) -> bool:
    classes = [node for node in ast.parse(code).body if isinstance(node, ast.ClassDef)]
    return any(isinstance(base, ast.Name) and base.id.endswith("Stack") for one in classes for base in one.bases)


def _free_names(code: str) -> set[str]:
    """Names that the top level of a program reads."""
    found: set[str] = set()
    for statement in ast.parse(code).body:
        if not isinstance(statement, ast.ClassDef | ast.FunctionDef):
            found |= {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
    return found
