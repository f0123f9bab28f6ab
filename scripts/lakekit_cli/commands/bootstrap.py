"""`lakekit bootstrap`: the bucket for Terraform's states, before the first deploy of an environment."""

from __future__ import annotations

import click

from lakekit_cli.commands.run import chosen
from lakekit_cli.console import say
from lakekit_cli.exit_codes import ExitCode


@click.command()
@click.argument("environment", metavar="ENV")
@click.option("--dry-run", is_flag=True, help="Say what is missing and change nothing; exit code 1 if something is.")
def bootstrap(environment: str, dry_run: bool) -> int:
    """Make the S3 bucket that ENV keeps its Terraform states in, or bring it back to what it should be.

    Private, versioned, encrypted, TLS 1.2 only; states are locked in it natively. Run it as often as you like:
    what is right is left alone. It uses the AWS credentials at hand and refuses those of another account.
    """
    import boto3

    from lakekit_cli.aws_refusals import told
    from lakekit_cli.state_bucket import StateBucket

    target = chosen(environment)
    missing = 0
    with told(environment):
        bucket = StateBucket(target, boto3.Session())
        for number, step in enumerate(bucket.steps()):
            missing += step.missing
            if step.missing and not dry_run:
                step.apply()
            say(f"{_verb(step.missing, dry_run):<8} {step.what}")
            if dry_run and missing and number == 0:
                break  # there is no bucket yet, so nothing of it can be looked at
    if dry_run and missing:
        say(f"Nothing was changed. Without --dry-run, {bucket.name} becomes the state bucket of {environment}.")
        return int(ExitCode.FAILED)
    say(f"{bucket.name} is ready: lakekit deploy {environment}")
    return int(ExitCode.OK)


def _verb(missing: bool, dry_run: bool) -> str:
    if not missing:
        return "is"
    return "missing" if dry_run else "made"
