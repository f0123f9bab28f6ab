"""`lakekit env`: list, show, validate and create environment files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from lakekit.environment import Environment, Tier, available, load, load_all, load_file
from lakekit.environment.loader import is_environment_name
from lakekit.environment.shared_account import check_shared_accounts
from lakekit.errors import EnvironmentFileError
from lakekit_cli.commands import options
from lakekit_cli.commands.run_context import environments_dir
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.console import (
    echo,
    echo_stderr,
    make_table,
    print_document,
    print_error,
    print_json,
    print_table,
)
from lakekit_cli.toolchain import find_project


@click.group()
def env() -> None:
    """List, show, validate and create environment files."""


@env.command("list")
@options.output_format
def list_environments(form: str) -> int:
    """List the environments of this project."""
    folder = _folder()
    rows: list[dict[str, str]] = []
    listing = make_table("environment", "tier", "target", "account", "region", "owner", "file")
    broken = []
    for name, file in available(folder).items():
        try:
            found = load_file(file)
        except EnvironmentFileError as error:
            broken.append(error)
            rows.append({"environment": name, "file": str(file), "error": error.problem})
            listing.add_row(name, "-", "-", "-", "-", "invalid", str(file.name))
        else:
            shown = {key: str(getattr(found, key)) for key in ("tier", "target", "account_id", "region", "owner")}
            rows.append({"environment": name, **shown, "file": str(file)})
            listing.add_row(name, found.tier, found.target, found.account_id, found.region, found.owner, file.name)
    if form == "json":
        print_json(rows)
    else:
        print_table(listing)
    for problem in broken:
        print_error(problem)
    return int(ExitCode.USAGE if broken else ExitCode.OK)


@env.command("show", short_help="Show an environment with all defaults.")
@click.argument("name")
def show_environment(name: str) -> None:
    """Show environment NAME with all defaults and the settings derived from its tier."""
    found = load(name, _folder())
    print_document(_yaml(_plain(found)))


@env.command(short_help="Validate environment files.")
@click.argument("names", nargs=-1, metavar="[NAME|FILE]...")
@options.output_format
def validate(names: tuple[str, ...], form: str) -> int:
    """Validate environment files (default: all of the project); exit code 2 if one is invalid."""
    folder = _folder()
    rows: list[dict[str, Any]] = []
    broken: list[EnvironmentFileError] = []
    loaded: dict[Path, Environment] = {}
    files = [_file(name, folder) for name in names] or list(available(folder).values())
    for file in files:
        try:
            loaded[file] = load_file(file)
        except EnvironmentFileError as error:
            broken.append(error)
            rows.append({"file": str(file), "valid": False, **_details(error)})
        else:
            rows.append({"file": str(file), "valid": True})
    if not names and not broken:
        # Two files that are each valid can still define the same settings of an account.
        try:
            if not files:
                load_all(folder)  # raises with the fix
            check_shared_accounts(loaded)
        except EnvironmentFileError as error:
            broken.append(error)
            rows.append({"file": str(folder), "valid": False, **_details(error)})
    if form == "json":
        print_json(rows)
    else:
        for row in rows:
            if row["valid"]:
                echo(f"{row['file']}: valid")
    for problem in broken:
        print_error(problem)
    return int(ExitCode.USAGE if broken else ExitCode.OK)


def _details(error: EnvironmentFileError) -> dict[str, Any]:
    return {"where": error.where, "problem": error.problem, "fix": error.fix, "others": list(error.others)}


@env.command(short_help="Print the JSON Schema of environment files.")
@click.option("--write", is_flag=True, help="Write environment.schema.json next to the environment files.")
def schema(write: bool) -> None:
    """Print the JSON Schema of environment files, for completion and validation in editors."""
    from lakekit.environment import schema as json_schema

    if write:
        file = _folder() / json_schema.FILE_NAME
        file.write_text(json_schema.text())
        echo_stderr(f"wrote {file}")
    else:
        print_document(json_schema.text().rstrip())


@env.command(short_help="Create an environment file.")
@click.argument("name")
@click.option(
    "--tier", type=click.Choice([tier.value for tier in Tier]), default="dev", show_default=True, help="Tier."
)
@click.option("--account-id", required=True, help="AWS account ID, 12 digits.")
@click.option("--region", default="eu-west-1", show_default=True, help="AWS region.")
@click.option("--organization", help="Short name of the organization. Default: that of the other environments.")
@click.option("--owner", required=True, help="Owner contact: e-mail address of a team.")
@click.option("--cost-center", required=True, help="Cost center.")
@click.option("--administrator", default="lakehouse-deployer", show_default=True, help="IAM role of the deployer.")
@click.option("--local", is_flag=True, help="Target the embedded local cloud (tier sandbox).")
def new(name: str, organization: str | None, local: bool, **values: Any) -> None:
    """Create environment file NAME.yaml; all other settings have defaults by tier."""
    folder = _folder()
    if not is_environment_name(name):
        # Before the name is part of a path.
        raise EnvironmentFileError(
            f"{name!r} is not a name of an environment: lower-case letters and digits, a letter first, at most 12",
            where="NAME",
            fix="correct the name; no file was written",
        )
    file = folder / f"{name}.yaml"
    if file.exists():
        raise EnvironmentFileError(
            "the file already exists", where=str(file), fix="choose another name or edit the file"
        )
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(_text(name, organization or _organization(folder), local=local, **values))
    try:
        load_all(folder)
    except EnvironmentFileError as error:
        file.unlink()
        if str(file) in str(error.where):
            raise _of_options(error, file) from error
        raise
    echo(str(file))
    echo_stderr(f"next: lakekit synth {name}")


# Keys of the file, and the option of `env new` with their value.
_OPTIONS = {
    "environment": "NAME",
    "organization": "--organization",
    "tier": "--tier",
    "account_id": "--account-id",
    "region": "--region",
    "owner": "--owner",
    "cost_center": "--cost-center",
    "governance": "--administrator",
}


def _of_options(error: EnvironmentFileError, file: Path) -> EnvironmentFileError:
    """Return an error that names options instead of lines of the file, which does not exist any more."""
    others = []
    for other in error.others:
        # Each is `file:line: key: problem`.
        problem = re.sub(rf"^{re.escape(str(file))}(:\d+)?: ", "", other)
        others.append(f"{_option_of(problem) or 'the options'}: {problem}")
    where = _option_of(error.problem) or f"the options for {file.name}"
    return EnvironmentFileError(
        error.problem, where=where, fix="correct the option; no file was written", others=others
    )


def _option_of(problem: str) -> str:
    """Return the option with the value that a problem names; empty if there is none."""
    return _OPTIONS.get(problem.partition(":")[0].split(".")[0], "")


def _text(
    name: str,
    organization: str,
    *,
    local: bool,
    tier: str,
    account_id: str,
    region: str,
    owner: str,
    cost_center: str,
    administrator: str,
) -> str:
    import json

    lines = [
        "# yaml-language-server: $schema=environment.schema.json",
        f"organization: {json.dumps(organization)}",
        f"environment: {json.dumps(name)}",
        f"tier: {'sandbox' if local else tier}",
        # Quoted: YAML would read digits as a number, and some texts as other types.
        f"account_id: {json.dumps(account_id)}",
        f"region: {json.dumps(region)}",
        f"owner: {json.dumps(owner)}",
        f"cost_center: {json.dumps(cost_center)}",
        *(["target: local"] if local else []),
        f"backend: {{kind: {'local' if local else 's3'}}}",
        "governance:",
        f"  administrators: [{json.dumps(administrator)}]",
        "  domains: [platform]",
    ]
    return "\n".join(lines) + "\n"


def _yaml(document: dict[str, Any]) -> str:
    import yaml

    from lakekit_policies.shared.safe_text import clean_lines

    text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True).rstrip()
    # YAML has escapes of its own for characters that are unsafe on a terminal.
    return text if clean_lines(text) == text else yaml.safe_dump(document, sort_keys=False).rstrip()


def _organization(folder: Path) -> str:
    for file in available(folder).values():
        try:
            return load_file(file).organization
        except EnvironmentFileError:
            continue
    raise click.UsageError("--organization is required: no other environment file defines it")


def _plain(found: Environment) -> dict[str, Any]:
    from dataclasses import asdict

    document: dict[str, Any] = found.model_dump(mode="json")
    document["# decided by the tier"] = asdict(found.defaults)
    return document


def _file(name: str, folder: Path) -> Path:
    if name.endswith((".yaml", ".yml")):
        return Path(name)
    files = available(folder)
    if name not in files:
        load(name, folder)  # raises with the nearest known name
    return files[name]


def _folder() -> Path:
    return environments_dir(find_project())
