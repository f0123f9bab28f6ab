"""Destroying data takes two keys: the construct's argument, and a tier that allows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError

if TYPE_CHECKING:
    from constructs import IConstruct

# What the plan gate looks for before it lets a data-bearing resource go in a dev environment.
FORCE_DESTROY_TAG: Final = {"disposable": "true"}


def resolve_force_destroy(construct: IConstruct, asked: bool | None) -> bool:
    """Whether a construct's data may be destroyed with it; the tier decides where nothing is asked.

    Raises:
        ConstructError: it is asked for in a tier that does not allow it (staging and prod).
    """
    environment = environment_of(construct)
    if asked and not environment.defaults.allow_force_destroy:
        raise ConstructError(
            construct,
            f"force_destroy=True in tier {environment.tier}: its data cannot be destroyed with it",
            fix="leave force_destroy out; only sandbox and dev environments may dispose of data",
        )
    return environment.defaults.force_destroy if asked is None else asked


def force_destroy_tags(force_destroy: bool) -> dict[str, str] | None:
    """The tags, or table parameters, that say so."""
    return dict(FORCE_DESTROY_TAG) if force_destroy else None
