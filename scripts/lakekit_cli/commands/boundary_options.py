"""Options that state the trust boundary of configurations that Lakekit did not create."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

if TYPE_CHECKING:
    from lakekit_policies.boundary import TrustBoundary

_Command = TypeVar("_Command", bound=Callable[..., Any])

_OPTIONS: Final = (
    click.option(
        "--boundary",
        "boundary_file",
        type=click.Path(path_type=Path, dir_okay=False, exists=True),
        metavar="FILE",
        help="Trust boundary: an environment file, or a YAML file with the keys of its `trust_boundary`.",
    ),
    click.option(
        "--trusted-account",
        multiple=True,
        metavar="ID=REASON",
        help="AWS account inside the trust boundary, with the reason; the account itself included. Repeatable.",
    ),
    click.option(
        "--organization", multiple=True, metavar="O-ID", help="AWS Organization inside the trust boundary. Repeatable."
    ),
    click.option(
        "--oidc-subject",
        multiple=True,
        metavar="HOST=SUBJECT",
        help="OIDC subjects inside the trust boundary, `*` allowed after a complete owner. Repeatable.",
    ),
    click.option(
        "--allowed-action",
        multiple=True,
        metavar="KIND=REASON",
        help="Kind of action outside of the plan that is allowed, with the reason. Repeatable.",
    ),
)


def boundary_options(command: _Command) -> _Command:
    """Add the options of the trust boundary; the command gets them as ``boundary``, None without any."""

    @functools.wraps(command)
    def with_boundary(
        *arguments: Any,
        boundary_file: Path | None,
        trusted_account: tuple[str, ...],
        organization: tuple[str, ...],
        oidc_subject: tuple[str, ...],
        allowed_action: tuple[str, ...],
        **options: Any,
    ) -> Any:
        boundary = _read(boundary_file, trusted_account, organization, oidc_subject, allowed_action)
        return command(*arguments, boundary=boundary, **options)

    decorated: Any = with_boundary
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    result: _Command = decorated
    return result


def _read(
    file: Path | None,
    accounts: tuple[str, ...],
    organizations: tuple[str, ...],
    subjects: tuple[str, ...],
    actions: tuple[str, ...],
) -> TrustBoundary | None:
    if not (file or accounts or organizations or subjects or actions):
        return None
    from lakekit_policies.boundary import TrustBoundary, read

    base = read.read_file(file) if file else TrustBoundary()
    data = base.to_dict()
    data["accounts"] = {**data.get("accounts", {}), **dict(_pair(one, "--trusted-account") for one in accounts)}
    allowed = dict(_pair(one, "--allowed-action") for one in actions)
    data["allowed_actions"] = {**data.get("allowed_actions", {}), **allowed}
    data["organizations"] = [*data.get("organizations", []), *organizations]
    by_host = data.setdefault("oidc_subjects", {})
    for host, subject in (_pair(one, "--oidc-subject") for one in subjects):
        by_host.setdefault(host, []).append(subject)
    return read.from_dict(data, "the options of the trust boundary")


def _pair(text: str, option: str) -> tuple[str, str]:
    key, separator, value = text.partition("=")
    if not (key and separator and value):
        raise click.BadParameter(f"expected KEY=VALUE, got {text!r}", param_hint=option)
    return key, value
