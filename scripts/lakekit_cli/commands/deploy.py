"""`lakekit deploy`: `cdktf deploy '<environment>-*'` with tools, variables and gate in place."""

from __future__ import annotations

import click

from lakekit.environment import Environment
from lakekit_cli.commands import options
from lakekit_cli.commands.run import Toolbox, chosen, run_cdktf


@click.command(context_settings={"ignore_unknown_options": False})
@click.argument("environment")
@click.argument("extra", nargs=-1, metavar="[-- CDKTF OPTIONS]")
@options.auto_approve
@options.verbose
def deploy(environment: str, extra: tuple[str, ...], auto_approve: bool, verbose: bool) -> int:
    """Deploy every stack of ENVIRONMENT, in the order of their dependencies.

    The same as `cdktf deploy 'ENVIRONMENT-*'`: synthesized and gated, planned and gated, and applied is the very
    plan that passed. What follows `--` goes to cdktf.
    """
    found = chosen(environment)
    options.needs_a_person(auto_approve, "deploy")
    box = Toolbox.find(environment, verbose=verbose)
    ready(found, box)
    return run_cdktf(box, cdktf_words("deploy", box, environment, auto_approve, extra), verbose=verbose)


def cdktf_words(verb: str, box: Toolbox, environment: str, auto: bool, extra: tuple[str, ...]) -> list[str]:
    """The words after `cdktf`: the environment's stacks, and what the machine makes necessary."""
    words = [verb, f"{environment}-*"]
    if auto:
        words.append("--auto-approve")
    # `terraform providers lock` goes to the registry whatever the configuration says.
    if box.source.mirrors:
        words.append("--skip-provider-lock")
    return [*words, *extra]


def ready(environment: Environment, box: Toolbox) -> None:
    """Start the local cloud for a local environment, before several stacks want it at once."""
    if environment.is_local:
        from lakekit_cli.local_cloud import LocalCloud

        LocalCloud(box.project.root).ensure(current=True)
