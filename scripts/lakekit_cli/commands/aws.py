"""`lakekit aws`: compare an AWS account with an environment."""

from __future__ import annotations

from dataclasses import asdict

import click

from lakekit_cli.commands import options
from lakekit_cli.commands.run_context import load_environment
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.console import echo, print_json


@click.group()
def aws() -> None:
    """Compare the AWS account of an environment with its file."""


@aws.command(short_help="Check the account before a deployment.")
@options.environment_argument
@options.output_format
def verify(environment: str, form: str) -> int:
    """Check the account of ENVIRONMENT: availability zones, roles, owner of account-wide settings, quotas.

    Read-only. Uses the default AWS credential chain; credentials of another account are rejected. Exit code 1 if a
    check fails.
    """
    import boto3

    from lakekit_cli.aws import verify as checks
    from lakekit_cli.aws.account import require_account
    from lakekit_cli.aws.errors import explain_errors

    target = load_environment(environment)
    with explain_errors(environment):
        session = boto3.Session()
        require_account(target, session)
        findings = checks.verify(target, session)
    failed = [finding for finding in findings if finding.problem]
    if form == "json":
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            echo(f"{'failed' if finding.problem else 'ok':<8} {finding.check}")
            if finding.problem:
                echo(f"         {finding.problem}\n         Fix: {finding.fix}")
    return int(ExitCode.FAILED if failed else ExitCode.OK)
