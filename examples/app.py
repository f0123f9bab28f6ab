"""Build every example in one app, synthesize and gate it: `python examples/app.py`."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from lakekit import Environment, LakehouseApp, LakehouseStack, entry_point

HERE = Path(__file__).resolve().parent


def stacks() -> list[type[LakehouseStack]]:
    """The stack classes of all example files."""
    modules = [_load(path) for path in sorted(HERE.glob("*.py")) if path.name != "app.py"]
    return [
        member
        for module in modules
        for member in vars(module).values()
        if isinstance(member, type) and issubclass(member, LakehouseStack) and member.__module__ == module.__name__
    ]


def _load(path: Path) -> ModuleType:
    """Import an example under a name of its own, so that it hides no installed package."""
    name = f"lakekit_examples_{path.stem}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None  # noqa: S101  # the path is a Python file
        assert spec.loader is not None  # noqa: S101
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


def build(app: LakehouseApp, environment: Environment) -> None:
    """Add all examples to an app."""
    for stack in stacks():
        stack(app, environment)  # type: ignore[call-arg]  # each example fixes its own name


@entry_point
def main() -> None:
    """Synthesize and gate."""
    app = LakehouseApp(HERE / "environments", outdir=HERE / "cdktf.out")
    for environment in app.environments:
        build(app, environment)
    app.synth()


if __name__ == "__main__":
    main()
