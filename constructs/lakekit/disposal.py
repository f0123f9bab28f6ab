"""Destroying data takes two keys: the construct's argument, and a tier that allows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lakekit.errors import ConstructError
from lakekit.stack import environment_of

if TYPE_CHECKING:
    from constructs import IConstruct

# What the plan gate looks for before it lets a data-bearing resource go in a dev environment.
MARK: Final = {"disposable": "true"}


def is_disposable(construct: IConstruct, asked: bool | None) -> bool:
    """Whether a construct's data may be destroyed with it; the tier decides where nothing is asked.

    Raises:
        ConstructError: it is asked for in a tier that does not allow it (staging and prod).
    """
    environment = environment_of(construct)
    if asked and not environment.defaults.may_dispose:
        raise ConstructError(
            construct,
            f"disposable=True in tier {environment.tier}: its data cannot be destroyed with it",
            fix="leave disposable out; only sandbox and dev environments may dispose of data",
        )
    return environment.defaults.disposable if asked is None else asked


def mark(disposable: bool) -> dict[str, str] | None:
    """The tags, or table parameters, that say so."""
    return dict(MARK) if disposable else None
