"""`lakekit synth`: environments become gated Terraform JSON."""

from __future__ import annotations

import json
import shlex
import time
from pathlib import Path

import click

from lakekit.errors import LakekitError
from lakekit_cli.commands import options
from lakekit_cli.commands.run_context import RunContext, load_environment, run_foreground
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.console import echo, echo_stderr
from lakekit_cli.toolchain import Project


@click.command()
@click.argument("environments", nargs=-1, metavar="[ENVIRONMENT]...")
@options.verbose
def synth(environments: tuple[str, ...], verbose: bool) -> int:
    """Synthesize ENVIRONMENTs (all of them if none is named) and let the gate judge the result.

    Writes cdktf.out (or CDKTF_OUTDIR). What the gate refuses is not left there.
    """
    for name in environments:
        load_environment(name)
    context = RunContext.create(",".join(environments) or None, verbose=verbose)
    code, stacks = synthesize(context, verbose=verbose)
    for stack in stacks:
        echo(stack)
    return code


def synthesize(context: RunContext, *, verbose: bool) -> tuple[int, list[str]]:
    """Run the project's app, as cdktf would; its exit code and the stacks it wrote."""
    environ = {**context.environ, "CDKTF_OUTDIR": str(context.project.output)}
    if verbose:
        echo_stderr(f"cd {shlex.quote(str(context.project.root))}\n{context.project.app}")
    start = time.monotonic()
    echo_stderr("synth and gate …")
    # cdktf.json holds a line for a shell, and cdktf runs it in one.
    code = run_foreground(["/bin/sh", "-c", context.project.app], environ, context.project.root)
    if code:
        return code if code in set(ExitCode) else int(ExitCode.FAILED), []
    stacks = stack_folders(context.project)
    echo_stderr(f"synth and gate: {len(stacks)} stacks in {time.monotonic() - start:.1f} s, {context.project.output}")
    return 0, list(stacks)


def stack_folders(project: Project) -> dict[str, Path]:
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
