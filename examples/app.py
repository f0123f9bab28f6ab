"""Build every example in one app, synthesize and gate it: `python examples/app.py`."""

from __future__ import annotations

import importlib
from pathlib import Path

from lakekit import Environment, LakehouseApp, LakehouseStack, entry_point

HERE = Path(__file__).resolve().parent


def stacks() -> list[type[LakehouseStack]]:
    """The stack classes of all example files."""
    modules = [importlib.import_module(path.stem) for path in sorted(HERE.glob("*.py")) if path.stem != "app"]
    return [
        member
        for module in modules
        for member in vars(module).values()
        if isinstance(member, type) and issubclass(member, LakehouseStack) and member.__module__ == module.__name__
    ]


def build(app: LakehouseApp, environment: Environment) -> None:
    """Add all examples to an app."""
    for stack in stacks():
        stack(app, environment)  # type: ignore[call-arg]  # each example fixes its own name


@entry_point
def main() -> None:
    """Synthesize and gate."""
    app = LakehouseApp(HERE / "environments")
    for environment in app.environments:
        build(app, environment)
    app.synth()


if __name__ == "__main__":
    main()
