"""`lakekit bootstrap`: the bucket for Terraform's states, before the first deploy of an environment."""

from __future__ import annotations

import click

from lakekit_cli.commands.run_context import load_environment
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.console import echo


@click.command()
@click.argument("environment", metavar="ENV")
@click.option("--dry-run", is_flag=True, help="Say what is missing and change nothing; exit code 1 if something is.")
def bootstrap(environment: str, dry_run: bool) -> int:
    """Make the S3 bucket that ENV keeps its Terraform states in, or bring it back to what it should be.

    Private, versioned, encrypted, TLS 1.2 only; states are locked in it natively. Run it as often as you like:
    what is right is left alone. It uses the AWS credentials at hand and refuses those of another account.
    """
    import boto3

    from lakekit_cli.aws.errors import explain_errors
    from lakekit_cli.aws.state_bucket import StateBucket

    target = load_environment(environment)
    missing = 0
    with explain_errors(environment):
        bucket = StateBucket(target, boto3.Session())
        for number, setting in enumerate(bucket.settings()):
            missing += setting.missing
            if setting.missing and not dry_run:
                setting.apply()
            echo(f"{_status(setting.missing, dry_run):<8} {setting.description}")
            if dry_run and missing and number == 0:
                break  # there is no bucket yet, so nothing of it can be looked at
    if dry_run and missing:
        echo(f"Nothing was changed. Without --dry-run, {bucket.name} becomes the state bucket of {environment}.")
        return int(ExitCode.FAILED)
    echo(f"{bucket.name} is ready: lakekit deploy {environment}")
    return int(ExitCode.OK)


def _status(missing: bool, dry_run: bool) -> str:
    if not missing:
        return "is"
    return "missing" if dry_run else "made"
