"""`lakekit deploy`: `cdktf deploy '<environment>-*'` with tools, variables and gate in place."""

from __future__ import annotations

import fnmatch

import click

from lakekit.environment import Environment
from lakekit_cli.commands import options
from lakekit_cli.commands.run import Toolbox, chosen, run_cdktf

CLUSTER_STACK = "processing"
"""Where the reference deployment has its EMR cluster."""

ONLY_CDKTF = frozenset("{}()!")
"""Signs of patterns that micromatch knows beyond `*`, `?` and `[…]`."""


@click.command(context_settings={"ignore_unknown_options": False})
@click.argument("environment")
@click.argument("extra", nargs=-1, metavar="[-- CDKTF OPTIONS]")
@options.stacks
@options.auto_approve
@options.verbose
def deploy(environment: str, extra: tuple[str, ...], stacks: tuple[str, ...], auto_approve: bool, verbose: bool) -> int:
    """Deploy every stack of ENVIRONMENT, in the order of their dependencies.

    The same as `cdktf deploy 'ENVIRONMENT-*'`: synthesized and gated, planned and gated, and applied is the very
    plan that passed. What follows `--` goes to cdktf.
    """
    found = chosen(environment)
    options.needs_a_person(auto_approve, "deploy")
    box = Toolbox.find(environment, verbose=verbose)
    ready(found, box)
    if named(CLUSTER_STACK, environment, stacks):
        has_certificates(found)
    words = cdktf_words("deploy", box, environment, auto_approve, extra, stacks=stacks)
    return run_cdktf(box, words, verbose=verbose)


def cdktf_words(
    verb: str, box: Toolbox, environment: str, auto: bool, extra: tuple[str, ...], *, stacks: tuple[str, ...] = ()
) -> list[str]:
    """The words after `cdktf`: the environment's stacks, and what the machine makes necessary."""
    words = [verb, *(f"{environment}-{name}" for name in _own(environment, stacks))]
    if auto:
        words.append("--auto-approve")
    # `terraform providers lock` goes to the registry whatever the configuration says.
    if box.source.mirrors:
        words.append("--skip-provider-lock")
    return [*words, *extra]


def named(stack: str, environment: str, stacks: tuple[str, ...]) -> bool:
    """Whether the words given with `--stack`, names or patterns as cdktf takes them, say a stack; none say all.

    A pattern of a form that only cdktf's own matcher knows, such as `{a,b}`, counts as saying it.
    """
    return any(
        fnmatch.fnmatchcase(stack, pattern) or not ONLY_CDKTF.isdisjoint(pattern)
        for pattern in _own(environment, stacks)
    )


def _own(environment: str, stacks: tuple[str, ...]) -> list[str]:
    """The words for stacks without the environment's name before them: a stack may be called by its full name too."""
    return [name.removeprefix(f"{environment}-") for name in stacks] or ["*"]


def has_certificates(environment: Environment) -> None:
    """Refuse, before anything is made, to start an EMR cluster without its certificates.

    EMR itself would say so minutes later, after a security configuration, roles and machines. The local cloud
    starts no machines, and asks for none.

    Raises:
        LakekitError: they are missing, or cannot be looked for.
    """
    processing = environment.processing
    if environment.is_local or not (processing.enabled and processing.cluster.enabled):
        return
    import boto3

    from lakekit.errors import LakekitError
    from lakekit_cli.aws_refusals import told
    from lakekit_cli.cluster_certificates import ClusterCertificates

    with told(environment.name):
        found = ClusterCertificates(environment, boto3.Session())
        missing = not found.there()
    if missing:
        raise LakekitError(
            "the EMR cluster has no certificates for TLS between its nodes",
            where=found.place,
            fix=f"lakekit certificates {environment.name}",
        )


def ready(environment: Environment, box: Toolbox) -> None:
    """Start the local cloud for a local environment, before several stacks want it at once."""
    if environment.is_local:
        from lakekit_cli.local_cloud import LocalCloud

        LocalCloud(box.project.root).ensure(current=True)
