"""`lakekit bootstrap`: create what has to exist in an account before Terraform runs there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lakekit_cli.commands import options
from lakekit_cli.commands.access import synthesized_stacks
from lakekit_cli.commands.run_context import load_environment
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.console import echo

if TYPE_CHECKING:
    from lakekit.environment import Environment
    from lakekit_cli.aws.state_bucket import Setting
    from lakekit_cli.deployer.emitted import Emitted
    from lakekit_cli.deployer.roles import DeploymentRoles


@click.command()
@options.environment_argument
@click.option("--dry-run", is_flag=True, help="List missing settings without changing any; exit code 1 if any.")
@click.option("--state-only", is_flag=True, help="Only the bucket for the Terraform state.")
@click.option(
    "--all-types",
    is_flag=True,
    help="Permissions for every resource type of the toolkit: for repositories of teams that deploy with these roles.",
)
@click.option(
    "--write",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write policies and trust policies as JSON files into this folder, and change nothing.",
)
def bootstrap(environment: str, *, dry_run: bool, state_only: bool, all_types: bool, folder: Path | None) -> int:
    """Create or repair what ENVIRONMENT needs in its account before the first deployment.

    \b
    - the S3 bucket for the Terraform state: private, versioned, encrypted, TLS 1.2, native state locking
    - the role that deploys and the role that plans (`deployment` in the environment file), with the permissions that
      the resource types of the environment need, and the permissions boundary of the roles that stacks create
    - OIDC providers of pipelines, and service-linked roles that the account lacks

    Idempotent; run it again after an upgrade. Uses the default AWS credential chain; credentials of another account are
    rejected.
    """
    target = load_environment(environment)
    if folder is not None:
        return _write(target, _emitted(target, all_types=all_types), folder)
    import boto3

    from lakekit_cli.aws.errors import explain_errors
    from lakekit_cli.aws.state_bucket import StateBucket

    with explain_errors(environment):
        session = boto3.Session()
        bucket = StateBucket(target, session)
        roles = None if state_only else _roles(target, session, all_types=all_types)
        missing = _apply(bucket.settings(), dry_run=dry_run, first_decides=True)
        if roles:
            for note in roles.notes():
                echo(f"note     {note}")
            missing += _apply(roles.settings(), dry_run=dry_run)
    if dry_run and missing:
        echo(f"Nothing was changed. Run without --dry-run to prepare {bucket.name} for the state of {environment}.")
        return int(ExitCode.FAILED)
    echo(f"{bucket.name} is ready. Next: lakekit deploy {environment}")
    return int(ExitCode.OK)


def _roles(environment: Environment, session: Any, *, all_types: bool) -> DeploymentRoles:
    from lakekit_cli.deployer.roles import DeploymentRoles

    iam = session.client("iam", region_name=environment.region)
    return DeploymentRoles(environment, iam, _emitted(environment, all_types=all_types))


def _apply(settings: Iterator[Setting], *, dry_run: bool, first_decides: bool = False) -> int:
    """Apply and print the missing settings; return their number."""
    missing = 0
    for number, setting in enumerate(settings):
        missing += setting.missing
        if setting.missing and not dry_run:
            setting.apply()
        echo(f"{_status(setting.missing, dry_run):<8} {setting.description}")
        if dry_run and first_decides and missing and number == 0:
            break  # the bucket does not exist, so its settings cannot be read
    return missing


def _emitted(environment: Environment, *, all_types: bool) -> Emitted:
    from lakekit_cli.deployer.emitted import every_type, of_documents

    found = of_documents(synthesized_stacks(environment))
    return found | every_type() if all_types else found


def _write(environment: Environment, emitted: Emitted, folder: Path) -> int:
    from lakekit_cli.deployer.policies import boundary_policy, deployer_policies, planner_policies
    from lakekit_cli.deployer.trust import trust_policy

    deployment = environment.deployment
    files: dict[str, Any] = {
        f"{role.role}-trust": trust_policy(environment, role) for role in (deployment.deployer, deployment.planner)
    }
    boundary = boundary_policy(environment)
    policies = (*deployer_policies(environment, emitted), *planner_policies(environment, emitted))
    for policy in (*((boundary,) if boundary else ()), *policies):
        files[policy.name] = policy.document
        echo(f"{policy.characters:>6} characters  {policy.name}.json")
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in files.items():
        (folder / f"{name}.json").write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    echo(f"wrote {len(files)} files to {folder}")
    return int(ExitCode.OK)


def _status(missing: bool, dry_run: bool) -> str:
    if not missing:
        return "ok"
    return "missing" if dry_run else "created"
