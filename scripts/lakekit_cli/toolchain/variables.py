"""The environment variables of a run: quiet, offline where it can be, gated, and safe from known crashes."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from .project import PROJECT_VARIABLE, Project
from .providers import ProviderSource
from .tools import gate_path

# cdktf-cli 0.21 dies (exit 7) of an unhandled rejection when one of several parallel stacks fails, its
# siblings' applies get SIGHUP. With `warn` it waits for them and reports.
WARN_ON_REJECTIONS = "--unhandled-rejections=warn"
# cdktf-cli's own default, which it leaves out (with a warning) as soon as NODE_OPTIONS is set at all.
HEAP_SIZE = "--max-old-space-size=4096"
# cdktf-cli listens once per call of Terraform; Node.js takes that for a leak from the eleventh on.
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
    """What a run of cdktf or Terraform adds to the environment; none of it is secret.

    Args:
        project: the project it runs in.
        source: where providers come from.
        environment: the Lakekit environment to synthesize; all if not given.
        node: the version of Node.js: jsii would print an end-of-life banner, and not every one knows every option.
        environ: what is set already.
        interactive: whether a person can answer; by default whether there is a terminal.
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
        # Without a terminal cdktf redraws its status into the log unless it is told that nobody watches.
        variables["CI"] = environ.get("CI") or "1"
    if environ.get("NO_COLOR") or not sys.stdout.isatty():
        variables |= _without_color(environ)
    return {name: value for name, value in variables.items() if environ.get(name) != value}


def _without_color(environ: Mapping[str, str]) -> dict[str, str]:
    """Terraform does not know NO_COLOR, and cdktf gives it a terminal of its own, watched or not."""
    arguments = {
        f"TF_CLI_ARGS_{subcommand}": _append(environ.get(f"TF_CLI_ARGS_{subcommand}", ""), "-no-color", " ")
        for subcommand in ("init", "plan", "apply", "destroy", "show", "output")
    }
    return {"NO_COLOR": "1", "FORCE_COLOR": "0", **arguments}


def _path_with_this_python(environ: Mapping[str, str]) -> str:
    """`cdktf.json` says `python`: that has to be the one that runs this command, activated or not."""
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
    present = [one.strip() for one in items.split(separator) if one.strip()]
    return separator.join(present if item in present else [*present, item])
