"""`lakekit local check-engines`: replay the calls of the engines under their own roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from lakekit_cli.commands import options
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.console import echo, make_table, print_json, print_table, progress
from lakekit_cli.toolchain import find_project
from lakekit_cli.toolchain.local_cloud import local_cloud

if TYPE_CHECKING:
    from lakekit_local.engines.check import EngineResult, Refused
    from lakekit_local.engines.profile import Profile


@click.command("check-engines", short_help="Replay the calls of engines under their roles.")
@options.environment_argument
@options.output_format
def check_engines(environment: str, form: str) -> int:
    """Replay the calls of the engines in the deployed local ENVIRONMENT under their own roles.

    Profiles list what each engine calls at run time, by recordings and by the documentation of AWS. Calls that change
    nothing or can be undone are sent to the local cloud; for all others, the policies are evaluated.

    Exit code 1 if a role does not allow a call.
    """
    from lakekit_cli.commands.run_context import load_environment
    from lakekit_cli.state.run_guard import guard_output
    from lakekit_local.engines.check import check_engines as replayed
    from lakekit_local.engines.check import not_deployed

    target = load_environment(environment)
    if not target.is_local:
        raise click.BadParameter(f"{environment!r} is not a local environment", param_hint="ENVIRONMENT")
    project = find_project()
    cloud = local_cloud(project.root)
    with (
        guard_output(project, f"lakekit local check-engines {environment}"),
        progress(f"Replaying the calls of the engines of {environment}"),
    ):
        cloud.ensure()
        results = list(replayed(cloud, target))
    missing = not_deployed(results)
    if form == "json":
        print_json({"engines": [_as_dict(one) for one in results], "not_deployed": [one.name for one in missing]})
    else:
        _report(results, missing)
    return int(ExitCode.FAILED if any(one.refused for one in results) or not results else ExitCode.OK)


def _as_dict(result: EngineResult) -> dict[str, Any]:
    from dataclasses import asdict

    found = asdict(result)
    found["refused"] = [{**asdict(one), "fix": one.fix} for one in result.refused]
    return found


def _report(results: list[EngineResult], missing: list[Profile]) -> None:
    table = make_table("engine", "name", "calls sent", "decisions", "left out", "refused")
    for one in results:
        table.add_row(
            one.title, one.name, str(one.sent), str(one.decided), str(len(one.left_out)), str(len(one.refused))
        )
    print_table(table)
    for one in results:
        for refused in one.refused:
            _explain(one, refused)
    for profile in missing:
        echo(f"Not deployed: {profile.title}")
    if not results:
        echo("No engine is deployed: run `lakekit deploy local` first.")


def _explain(result: EngineResult, refused: Refused) -> None:
    how = {
        "call": "the call was sent and denied",
        "decision": "the policies were evaluated; no call was sent",
        "session": "the role could not be assumed",
    }
    table = make_table("refused", f"{refused.action} on {refused.resource}")
    table.add_row("engine", f"{result.title}, {result.name}")
    table.add_row("role", refused.role)
    if refused.address:
        table.add_row("role address", refused.address)
    table.add_row("how", how[refused.how])
    table.add_row("because", f"{refused.reason}: {refused.cause}" if refused.cause else refused.reason)
    table.add_row("source", refused.source)
    table.add_row("fix", refused.fix)
    print_table(table)
