"""`lakekit synth`: environments become gated Terraform JSON."""

from __future__ import annotations

import json
import shlex
import time
from pathlib import Path

import click

from lakekit.errors import LakekitError
from lakekit_cli.commands import options
from lakekit_cli.commands.run import Toolbox, chosen, in_terminal
from lakekit_cli.console import note, say
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.toolchain import Project


@click.command()
@click.argument("environments", nargs=-1, metavar="[ENVIRONMENT]...")
@options.verbose
def synth(environments: tuple[str, ...], verbose: bool) -> int:
    """Synthesize ENVIRONMENTs (all of them if none is named) and let the gate judge the result.

    Writes cdktf.out (or CDKTF_OUTDIR). What the gate refuses is not left there.
    """
    for name in environments:
        chosen(name)
    box = Toolbox.find(",".join(environments) or None, verbose=verbose)
    code, stacks = synthesize(box, verbose=verbose)
    for stack in stacks:
        say(stack)
    return code


def synthesize(box: Toolbox, *, verbose: bool) -> tuple[int, list[str]]:
    """Run the project's app, as cdktf would; its exit code and the stacks it wrote."""
    environ = {**box.environ, "CDKTF_OUTDIR": str(box.project.output)}
    if verbose:
        note(f"cd {shlex.quote(str(box.project.root))}\n{box.project.app}")
    start = time.monotonic()
    note("synth and gate …")
    # cdktf.json holds a line for a shell, and cdktf runs it in one.
    code = in_terminal(["/bin/sh", "-c", box.project.app], environ, box.project.root)
    if code:
        return code if code in set(ExitCode) else int(ExitCode.FAILED), []
    stacks = stacks_of(box.project)
    note(f"synth and gate: {len(stacks)} stacks in {time.monotonic() - start:.1f} s, {box.project.output}")
    return 0, list(stacks)


def stacks_of(project: Project) -> dict[str, Path]:
    """Name and folder of every synthesized stack, each after the stacks it depends on.

    Raises:
        LakekitError: nothing was synthesized, or it cannot be read.
    """
    try:
        found = json.loads(project.manifest.read_text())["stacks"]
        waiting = {name: set(stack["dependencies"]) & set(found) for name, stack in found.items()}
        folders = {name: project.output / stack["workingDirectory"] for name, stack in found.items()}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LakekitError(
            f"the synthesized stacks cannot be read: {error}",
            where=str(project.manifest),
            fix="run `lakekit synth`; if it stays, remove the folder or make it readable",
        ) from error
    ordered: dict[str, Path] = {}
    while waiting:
        ready = [name for name, needs in waiting.items() if needs <= set(ordered)] or list(waiting)
        for name in ready:
            ordered[name] = folders[name]
            del waiting[name]
    return ordered
