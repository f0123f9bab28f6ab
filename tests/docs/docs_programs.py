"""Python blocks and example files: built in one app, synthesized once, and evaluated by the gate once."""

from __future__ import annotations

import ast
import contextlib
import io
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docs_settings import environment_with

from lakekit import LakehouseApp, LakehouseStack, LakekitError, TeamStack
from lakekit.environment import Environment


@dataclass
class Program:
    """Python code that is executed, and the environment in which its stacks are built.

    Attributes:
        place: where the code is, for messages.
        parts: the code; later parts see the names of earlier ones.
        environment: an environment of its own, so that programs may use the same stack names.
        error: the traceback, if it failed.
    """

    place: str
    parts: Sequence[str]
    environment: Environment
    error: str = ""
    stacks: list[str] = field(default_factory=list)


def environment(number: int, **changes: Any) -> Environment:
    """An environment with a name of its own: programs share one app, and names must not collide."""
    return environment_with({}, environment=f"docs{number}", **changes)


def build(programs: Sequence[Program], outdir: Path) -> str:
    """Execute the programs, synthesize and gate their stacks in one app, and return the gate's report.

    The report is empty if the gate passed everything.
    """
    app = LakehouseApp([program.environment for program in programs], outdir=outdir)
    for program in programs:
        try:
            _execute(program, app)
        except BaseException:
            program.error = traceback.format_exc()
    report = io.StringIO()
    try:
        with contextlib.redirect_stderr(report):
            app.synth()
    except LakekitError as error:
        return f"{report.getvalue()}\n{error}"
    return ""


def _execute(program: Program, app: LakehouseApp) -> None:
    names: dict[str, Any] = {"__name__": "docs"}
    for part in program.parts:
        before = set(names)
        if "self" in _free_names(part):
            _in_a_stack(part, program, app, names)
            continue
        exec(compile(part, program.place, "exec"), names)  # the code of our own documentation
        for name in [name for name in names if name not in before]:
            found = names[name]
            if isinstance(found, type) and issubclass(found, LakehouseStack) and "__init__" in vars(found):
                program.stacks.append(found(app, program.environment).node.id)


def _in_a_stack(part: str, program: Program, app: LakehouseApp, names: dict[str, Any]) -> None:
    """Execute a fragment that uses `self` as the body of a team's stack."""
    stack = names.get("self") or TeamStack(app, program.environment, "orders", domain="sales")
    names["self"] = stack
    program.stacks.append(stack.node.id)
    exec(compile(part, program.place, "exec"), names)  # the code of our own documentation


def _free_names(code: str) -> set[str]:
    """Names that the top level of a program reads."""
    found: set[str] = set()
    for statement in ast.parse(code).body:
        if not isinstance(statement, ast.ClassDef | ast.FunctionDef):
            found |= {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
    return found
