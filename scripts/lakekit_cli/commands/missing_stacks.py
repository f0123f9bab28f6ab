"""Stacks that the selected stacks of a run need and that are not selected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from lakekit.errors import LakekitError
from lakekit_cli.applied.store import StateStore, StoreError
from lakekit_cli.exit_codes import ExitCode

IGNORE_OPTION = "--ignore-missing-stack-dependencies"
"""Option of cdktf with which it runs the selected stacks in any order."""


class MissingStackError(LakekitError):
    """The selected stacks cannot be deployed or destroyed without others."""

    exit_code = int(ExitCode.USAGE)


def options_for_missing(
    verb: str,
    environment: str,
    selected: Sequence[str],
    needs: Mapping[str, Sequence[str]],
    folders: Mapping[str, Path],
) -> list[str]:
    """Return the options of cdktf for a run without stacks that the selected ones need.

    They may be missing if they are applied (for `destroy`: if they have no resources), and if the selected stacks do
    not need each other: with the option, cdktf ignores their order.

    Args:
        verb: `deploy` or `destroy`.
        environment: Name of the environment.
        selected: Names of the selected stacks.
        needs: The stacks that must be deployed or destroyed before each stack, as of `predecessors`.
        folders: Working directory of each stack.

    Raises:
        MissingStackError: Others have to be selected too.
    """
    missing = list(dict.fromkeys(need for name in selected for need in needs[name] if need not in selected))
    if not missing:
        return []
    unready = [name for name in missing if not _is_ready(verb, folders[name])]
    if not unready and not any(need in selected for name in selected for need in needs[name]):
        return [IGNORE_OPTION]
    wanted = unready or missing
    name, need = next((name, need) for name in selected for need in needs[name] if need in wanted)
    relation = "depends on" if verb == "deploy" else "is used by"
    reason = f" and not {'applied' if verb == 'deploy' else 'destroyed'}" if unready else ""
    raise MissingStackError(
        f"{name} {relation} {need}, which is not selected{reason}",
        where="--stack",
        fix=_fix(verb, environment, [name for name in _with_needs(missing, needs) if name not in selected]),
    )


def _with_needs(names: Sequence[str], needs: Mapping[str, Sequence[str]]) -> list[str]:
    """Return stacks with all that they need, directly or indirectly."""
    found = list(names)
    for name in found:
        found += [need for need in needs[name] if need not in found]
    return found


def _fix(verb: str, environment: str, missing: Sequence[str]) -> str:
    prefix = f"{environment}-"
    own = [f"--stack {name.removeprefix(prefix)}" for name in missing if name.startswith(prefix)]
    others = [name for name in missing if not name.startswith(prefix)]
    parts = [f"add {' '.join(own)}"] if own else []
    return "; ".join([*parts, f"{verb} {', '.join(others)} first"] if others else parts)


def _is_ready(verb: str, folder: Path) -> bool:
    """Whether a stack is applied, or for `destroy` has no resources; false if that is not known."""
    try:
        return StateStore.of_stack(folder).is_applied() == (verb == "deploy")
    except StoreError:
        return False
