"""`lakekit bootstrap`: create the S3 bucket for the Terraform state of an environment."""

from __future__ import annotations

import click

from lakekit_cli.commands import options
from lakekit_cli.commands.run_context import load_environment
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.console import echo


@click.command()
@options.environment_argument
@click.option("--dry-run", is_flag=True, help="List missing settings without changing any; exit code 1 if any.")
def bootstrap(environment: str, dry_run: bool) -> int:
    """Create or repair the S3 bucket for the Terraform state of ENVIRONMENT.

    The bucket is private, versioned and encrypted, requires TLS 1.2, and supports native state locking. Idempotent.
    Uses the default AWS credential chain; credentials of another account are rejected.
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
                break  # the bucket does not exist, so its settings cannot be read
    if dry_run and missing:
        echo(f"Nothing was changed. Run without --dry-run to prepare {bucket.name} for the state of {environment}.")
        return int(ExitCode.FAILED)
    echo(f"{bucket.name} is ready. Next: lakekit deploy {environment}")
    return int(ExitCode.OK)


def _status(missing: bool, dry_run: bool) -> str:
    if not missing:
        return "ok"
    return "missing" if dry_run else "created"
