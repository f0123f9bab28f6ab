"""`lakekit synth`: synthesize environments to Terraform JSON and evaluate it."""

from __future__ import annotations

import json
import shlex
import time
from pathlib import Path

import click

from lakekit.core import interrupt_hook
from lakekit.errors import LakekitError
from lakekit_cli.commands import options
from lakekit_cli.commands.foreground import run_foreground
from lakekit_cli.commands.run_context import RunContext, load_environment
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.console import echo, echo_stderr, print_error
from lakekit_cli.state.run_guard import guard_output
from lakekit_cli.toolchain import Project, app_error, app_exit_code, modified_at, require_interpreter, wrote_nothing
from lakekit_cli.toolchain.stack_order import predecessors
from lakekit_policies.shared.counted import counted
from lakekit_policies.shared.regular_file import MAX_BYTES, read_regular_text


@click.command()
@options.environments_argument
@options.verbose
def synth(environments: tuple[str, ...], verbose: bool) -> int:
    """Synthesize ENVIRONMENTs (default: all) and evaluate the policies.

    Writes cdktf.out (or CDKTF_OUTDIR). Rejected stacks are removed from it.
    """
    for name in environments:
        load_environment(name)
    context = RunContext.create(",".join(environments) or None, verbose=verbose)
    code, stacks = synthesize(context, verbose=verbose)
    for stack in stacks:
        echo(stack)
    return code


def synthesize(context: RunContext, *, verbose: bool) -> tuple[int, list[str]]:
    """Run the project's app as cdktf does; return its exit code and the names of the synthesized stacks.

    Raises:
        LakekitError: The app could not be started, or has written nothing; the stacks of an earlier run do not count.
    """
    from lakekit_policies.gate import quarantine

    require_interpreter(context.project)
    if verbose:
        echo_stderr(f"cd {shlex.quote(str(context.project.root))}\n{context.project.app}")
    start = time.monotonic()
    echo_stderr("synth and gate …")
    # `app` in cdktf.json is a shell command line.
    with guard_output(context.project, "lakekit synth", short=True) as note_child:
        environ = {**context.environ, "CDKTF_OUTDIR": str(context.project.output), interrupt_hook.VARIABLE: "1"}
        command = ["/bin/sh", "-c", context.project.app]
        rejected = context.project.output / quarantine.REJECTED_FILE
        reported, written = modified_at(rejected), modified_at(context.project.manifest)
        code = run_foreground(command, environ, context.project.root, on_start=note_child)
    if code == int(ExitCode.INTERRUPTED):
        echo_stderr("Interrupted: the stacks were not synthesized, and nothing was applied.")
        return code, []
    if code:
        passed_on = app_exit_code(code, context.project)
        # A rejection has its report.
        if modified_at(rejected) == reported:
            print_error(app_error(code, context.project))
        return passed_on, []
    if modified_at(context.project.manifest) == written:
        raise wrote_nothing(context.project)
    stacks = stack_folders(context.project)
    echo_stderr(
        f"synth and gate: {counted(len(stacks), 'stack')} in {time.monotonic() - start:.1f} s, {context.project.output}"
    )
    return 0, list(stacks)


def stack_folders(project: Project) -> dict[str, Path]:
    """Return name and folder of every synthesized stack in dependency order.

    Raises:
        LakekitError: The manifest does not exist or cannot be read.
    """
    try:
        found = json.loads(read_regular_text(project.manifest, MAX_BYTES))["stacks"]
        waiting = predecessors(project.manifest)
        folders = {name: project.output / stack["workingDirectory"] for name, stack in found.items()}
    except (OSError, ValueError, KeyError, TypeError) as error:
        missing = f"it has no key {error}" if isinstance(error, KeyError) else ""
        raise LakekitError(
            f"the synthesized stacks cannot be read: {missing or getattr(error, 'strerror', None) or error}",
            where=str(project.manifest),
            fix="run `lakekit synth`; if the error persists, remove the folder or make it readable",
        ) from error
    ordered: dict[str, Path] = {}
    while waiting:
        ready = [name for name, needs in waiting.items() if set(needs) <= set(ordered)] or list(waiting)
        for name in ready:
            ordered[name] = folders[name]
            del waiting[name]
    return ordered
