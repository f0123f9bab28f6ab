"""`lakekit deploy`: run `cdktf deploy '<environment>-*'` with tools, variables and gate set up."""

from __future__ import annotations

import fnmatch
from dataclasses import replace

import click

from lakekit.environment import Environment
from lakekit_cli.commands import options
from lakekit_cli.commands.cdktf_run import CDKTF_ONLY_PATTERN_CHARACTERS, CdktfRun, stack_patterns
from lakekit_cli.commands.run_context import RunContext, load_environment
from lakekit_cli.toolchain.local_cloud import local_cloud

CLUSTER_STACK = "processing"
"""Stack of the reference deployment that contains the EMR cluster."""


@click.command(context_settings={"ignore_unknown_options": False})
@options.environment_argument
@click.argument("extra", nargs=-1, metavar="[-- CDKTF OPTIONS]")
@options.stacks
@click.option(
    "--changed",
    is_flag=True,
    help="Only stacks whose configuration or inputs differ from what was last applied; drift is not looked at.",
)
@options.auto_approve
@options.output_format
@options.verbose
def deploy(
    environment: str,
    extra: tuple[str, ...],
    *,
    stacks: tuple[str, ...],
    changed: bool,
    auto_approve: bool,
    form: str,
    verbose: bool,
) -> int:
    """Deploy every stack of ENVIRONMENT in dependency order.

    Same as `cdktf deploy 'ENVIRONMENT-*'`. The policy gate evaluates the synthesized configuration and every plan;
    Terraform applies exactly the plan that passed. Options after `--` are passed to cdktf. The output of Terraform is
    in .lakekit/logs, one file per stack; --verbose prints it.
    """
    found = load_environment(environment)
    options.require_interactive(auto_approve, "deploy")
    context = RunContext.create(environment, verbose=verbose)
    ensure_local_cloud(found, context)
    if selects_stack(CLUSTER_STACK, environment, stacks):
        require_certificates(found)
    run = CdktfRun(context, "deploy", environment, stacks, extra, approved=auto_approve, verbose=verbose, form=form)
    return (replace(run, changed=True) if changed else run).run()


def selects_stack(stack: str, environment: str, stacks: tuple[str, ...]) -> bool:
    """Whether the values of `--stack` (names or cdktf patterns) select a stack; no value selects all.

    A pattern that only cdktf's matcher can evaluate, such as `{a,b}`, counts as a match.
    """
    return any(
        fnmatch.fnmatchcase(stack, pattern) or not CDKTF_ONLY_PATTERN_CHARACTERS.isdisjoint(pattern)
        for pattern in stack_patterns(environment, stacks)
    )


def require_certificates(environment: Environment) -> None:
    """Check before the deploy that the certificates of the EMR cluster exist.

    EMR would fail minutes later, after creating a security configuration, roles and instances. The local cloud
    starts no instances and needs no certificates.

    Raises:
        LakekitError: The certificates are missing or the bucket cannot be read.
    """
    processing = environment.processing
    if environment.is_local or not (processing.enabled and processing.cluster.enabled):
        return
    import boto3

    from lakekit.errors import LakekitError
    from lakekit_cli.aws.cluster_certificates import ClusterCertificates
    from lakekit_cli.aws.errors import explain_errors

    with explain_errors(environment.name):
        bundle = ClusterCertificates(environment, boto3.Session())
        missing = not bundle.exists()
    if missing:
        raise LakekitError(
            "the EMR cluster has no certificates for TLS between its nodes",
            where=bundle.uri,
            fix=f"lakekit certificates {environment.name}",
        )


def ensure_local_cloud(environment: Environment, context: RunContext) -> None:
    """Start the local cloud for a local environment, once, before stacks are planned in parallel."""
    if environment.is_local:
        local_cloud(context.project.root).ensure(restart_outdated=True)
