"""`lakekit local why`: explain the last denied requests."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from lakekit_cli.commands import options
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.console import echo, make_table, print_json, print_table
from lakekit_cli.state.resource_addresses import ResourceAddresses
from lakekit_cli.toolchain import find_project
from lakekit_cli.toolchain.local_cloud import local_cloud

if TYPE_CHECKING:
    from lakekit_local import LocalCloud


@click.command()
@options.output_format
@click.option("--last", default=1, show_default=True, type=click.IntRange(1, 100), help="Number of denied requests.")
def why(form: str, last: int) -> int:
    """Explain the last denied requests.

    Shows who asked for what, and which policy denies it, or which policy or Lake Formation grant is missing.

    Names the Terraform addresses of the principal and the resource if a local stack manages them. Exit code 1 if a
    request was denied since the local cloud started.
    """
    cloud = _cloud()
    denials = cloud.denials()[:last]
    addresses = ResourceAddresses.of_local_stacks(cloud.project_dir)
    found = [_explained(one, addresses) for one in denials]
    if form == "json":
        print_json({"denials": found})
    elif not found:
        echo("No request was denied since the local cloud started.")
    for one in found if form != "json" else ():
        table = make_table("denied", one["message"])
        for title in ("at", "operation", "principal", "principal address", "action", "resource", "resource address"):
            if one[title.replace(" ", "_")]:
                table.add_row(title, one[title.replace(" ", "_")])
        table.add_row("because", one["because"])
        table.add_row("fix", one["fix"])
        print_table(table)
    return int(ExitCode.FAILED if found else ExitCode.OK)


def _cloud() -> LocalCloud:
    return local_cloud(find_project().root)


def _explained(denial: dict[str, Any], addresses: ResourceAddresses) -> dict[str, Any]:
    policy, statement = denial["policy"], denial["statement"]
    because = f"{statement} of {policy} denies it" if policy else denial["reason"].removeprefix("because ")
    return {
        **denial,
        "at": datetime.fromtimestamp(denial["at"]).isoformat(timespec="seconds"),
        "operation": f"{denial['service']}:{denial['operation']}",
        "because": because,
        "fix": _fix(denial),
        "principal_address": addresses.of_principal(denial["principal"]),
        "resource_address": addresses.of_arn(denial["resource"]),
    }


def _fix(denial: dict[str, Any]) -> str:
    action, resource, source = denial["action"], denial["resource"], denial["source"]
    if denial["fix"]:
        return str(denial["fix"])
    if not source:
        return "use an operation that the local cloud can authorize, or a caller that exists"
    if source == "Lake Formation permission":
        principal = denial["context"].get("aws:principalarn", [denial["principal"]])[0]
        return f"grant {action} on {resource} to {principal} in Lake Formation"
    if denial["policy"]:
        return f"remove the statement, or exclude the principal or {resource} from it"
    owner = {
        "identity-based policy": "a policy of the principal",
        "permissions boundary": "the permissions boundary of the principal",
        "session policy": "the policy that was passed when the session was created",
        "VPC endpoint policy": "the policy of the VPC endpoint",
        "role trust policy": "the trust policy of the role, for this principal",
    }.get(source, "the policy of the resource, for this principal")
    return f"allow {action} on {resource} in {owner}"
