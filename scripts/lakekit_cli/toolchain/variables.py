"""Environment variables of a run: gate, quiet output, offline operation, workarounds for known crashes."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from .project import PROJECT_VARIABLE, Project
from .providers import ProviderSource
from .tools import gate_path

# If one of several parallel stacks fails, cdktf-cli 0.21 crashes (exit 7) with an unhandled rejection and the applies
# of the other stacks get SIGHUP. With `warn` it waits for them and reports.
WARN_ON_REJECTIONS = "--unhandled-rejections=warn"
# Default of cdktf-cli, which it omits (with a warning) if NODE_OPTIONS is set.
HEAP_SIZE = "--max-old-space-size=4096"
# cdktf-cli adds a listener per Terraform call; Node.js reports a leak from the eleventh on.
NO_LISTENER_WARNING = "--disable-warning=MaxListenersExceededWarning"


def run_variables(
    project: Project,
    source: ProviderSource,
    *,
    environment: str | None = None,
    node: tuple[int, ...] | None = None,
    environ: Mapping[str, str] = os.environ,
    interactive: bool | None = None,
) -> dict[str, str]:
    """Return the variables that a run of cdktf or Terraform adds to the environment; none is secret.

    Args:
        project: The project.
        source: Source of the Terraform providers.
        environment: Lakekit environment to synthesize; all if None.
        node: Version of Node.js; selects its options and silences jsii's end-of-life banner.
        environ: Existing environment variables.
        interactive: Whether a user can answer prompts; by default whether there is a terminal.
    """
    terminal = interactive if interactive is not None else sys.stdin.isatty() and sys.stdout.isatty()
    variables = {
        "PATH": _path_with_this_python(environ),
        PROJECT_VARIABLE: str(project.root),
        "TERRAFORM_BINARY_NAME": str(gate_path()),
        "CHECKPOINT_DISABLE": "1",
        "NODE_OPTIONS": _node_options(environ.get("NODE_OPTIONS", ""), node or ()),
        **source.variables,
    }
    if environment is not None:
        variables["LAKEKIT_ENV"] = environment
    if node is not None:
        variables["JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION"] = _append(
            environ.get("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", ""), str(node[0]), ","
        )
    if not terminal:
        # Without a terminal and without CI, cdktf writes every redraw of its status to the log.
        variables["CI"] = environ.get("CI") or "1"
    if environ.get("NO_COLOR") or not sys.stdout.isatty():
        variables |= without_color(environ)
    return {name: value for name, value in variables.items() if environ.get(name) != value}


def without_color(environ: Mapping[str, str]) -> dict[str, str]:
    """Turn off colour for Terraform, which ignores NO_COLOR and always gets a pseudo-terminal from cdktf."""
    arguments = {
        f"TF_CLI_ARGS_{subcommand}": _append(environ.get(f"TF_CLI_ARGS_{subcommand}", ""), "-no-color", " ")
        for subcommand in ("init", "plan", "apply", "destroy", "show", "output")
    }
    return {"NO_COLOR": "1", "FORCE_COLOR": "0", **arguments}


def _path_with_this_python(environ: Mapping[str, str]) -> str:
    """Return a PATH on which `python`, as in `cdktf.json`, is the interpreter of this command."""
    own = str(Path(sys.executable).parent)
    path = environ.get("PATH", os.defpath)
    return path if path.split(os.pathsep)[0] == own else os.pathsep.join((own, path))


def _node_options(options: str, node: tuple[int, ...]) -> str:
    if (node[:1] == (20,) and node >= (20, 11)) or node >= (21, 3):
        options = _append(options, NO_LISTENER_WARNING, " ")
    if "--unhandled-rejections" not in options:
        options = _append(options, WARN_ON_REJECTIONS, " ")
    if "--max-old-space-size" not in options:
        options = _append(options, HEAP_SIZE, " ")
    return options


def _append(items: str, item: str, separator: str) -> str:
    present = [part.strip() for part in items.split(separator) if part.strip()]
    return separator.join(present if item in present else [*present, item])
