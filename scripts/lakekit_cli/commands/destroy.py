"""`lakekit destroy`: destroy the stacks of an environment, subject to the gate and confirmation."""

from __future__ import annotations

import click

from lakekit.environment import Environment, Tier
from lakekit_cli.commands import options
from lakekit_cli.commands.cdktf_run import CdktfRun
from lakekit_cli.commands.deploy import ensure_local_cloud
from lakekit_cli.commands.run_context import RunContext, load_environment
from lakekit_cli.exit_codes import ExitCode


@click.command()
@options.environment_argument
@click.argument("extra", nargs=-1, metavar="[-- CDKTF OPTIONS]")
@options.stacks
@options.auto_approve
@options.output_format
@options.verbose
def destroy(
    environment: str, extra: tuple[str, ...], *, stacks: tuple[str, ...], auto_approve: bool, form: str, verbose: bool
) -> int:
    """Destroy every stack of ENVIRONMENT in reverse dependency order.

    The policy gate evaluates every plan and rejects it where the tier protects data.
    """
    found = load_environment(environment)
    options.require_interactive(auto_approve, "destroy")
    if not auto_approve and not _confirmed(found, stacks):
        click.echo("Nothing was destroyed.", err=True)
        return int(ExitCode.FAILED)
    context = RunContext.create(environment, verbose=verbose)
    ensure_local_cloud(found, context)
    run = CdktfRun(context, "destroy", environment, stacks, extra, approved=auto_approve, verbose=verbose, form=form)
    return run.run()


def _confirmed(environment: Environment, stacks: tuple[str, ...]) -> bool:
    """Ask for confirmation: yes or no for a sandbox, the name of the environment for any other tier."""
    where = f"{environment.name} (tier {environment.tier}, account {environment.account_id}, {environment.region})"
    target = f"the resources of {', '.join(stacks)}" if stacks else "all resources"
    if environment.tier is Tier.SANDBOX:
        return click.confirm(f"Destroy {target} in {where}?", err=True)
    answer: str = click.prompt(
        f"This destroys {target} in {where}.\nType the environment's name to confirm",
        err=True,
        default="",
        show_default=False,
    )
    return answer.strip() == environment.name
