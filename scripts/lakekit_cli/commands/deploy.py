"""`lakekit deploy`: `cdktf deploy '<environment>-*'` with tools, variables and gate in place."""

from __future__ import annotations

import fnmatch

import click

from lakekit.environment import Environment
from lakekit_cli.commands import options
from lakekit_cli.commands.run_context import RunContext, load_environment, run_cdktf
from lakekit_cli.toolchain.local_cloud import local_cloud

CLUSTER_STACK = "processing"
"""Where the reference deployment has its EMR cluster."""

CDKTF_ONLY_PATTERN_CHARACTERS = frozenset("{}()!")
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
    found = load_environment(environment)
    options.require_interactive(auto_approve, "deploy")
    context = RunContext.create(environment, verbose=verbose)
    ensure_local_cloud(found, context)
    if selects_stack(CLUSTER_STACK, environment, stacks):
        require_certificates(found)
    arguments = cdktf_arguments("deploy", context, environment, auto_approve, extra, stacks=stacks)
    return run_cdktf(context, arguments, verbose=verbose)


def cdktf_arguments(
    verb: str,
    context: RunContext,
    environment: str,
    auto: bool,
    extra: tuple[str, ...],
    *,
    stacks: tuple[str, ...] = (),
) -> list[str]:
    """The words after `cdktf`: the environment's stacks, and what the machine makes necessary."""
    arguments = [verb, *(f"{environment}-{name}" for name in _stack_patterns(environment, stacks))]
    if auto:
        arguments.append("--auto-approve")
    # `terraform providers lock` goes to the registry whatever the configuration says.
    if context.source.mirrors:
        arguments.append("--skip-provider-lock")
    return [*arguments, *extra]


def selects_stack(stack: str, environment: str, stacks: tuple[str, ...]) -> bool:
    """Whether the words given with `--stack`, names or patterns as cdktf takes them, say a stack; none say all.

    A pattern of a form that only cdktf's own matcher knows, such as `{a,b}`, counts as saying it.
    """
    return any(
        fnmatch.fnmatchcase(stack, pattern) or not CDKTF_ONLY_PATTERN_CHARACTERS.isdisjoint(pattern)
        for pattern in _stack_patterns(environment, stacks)
    )


def _stack_patterns(environment: str, stacks: tuple[str, ...]) -> list[str]:
    """The words for stacks without the environment's name before them: a stack may be called by its full name too."""
    return [name.removeprefix(f"{environment}-") for name in stacks] or ["*"]


def require_certificates(environment: Environment) -> None:
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
    from lakekit_cli.aws.cluster_certificates import ClusterCertificates
    from lakekit_cli.aws.errors import explain_errors

    with explain_errors(environment.name):
        found = ClusterCertificates(environment, boto3.Session())
        missing = not found.exists()
    if missing:
        raise LakekitError(
            "the EMR cluster has no certificates for TLS between its nodes",
            where=found.uri,
            fix=f"lakekit certificates {environment.name}",
        )


def ensure_local_cloud(environment: Environment, context: RunContext) -> None:
    """Start the local cloud for a local environment, once, before stacks are planned in parallel."""
    if environment.is_local:
        local_cloud(context.project.root).ensure(restart_outdated=True)
