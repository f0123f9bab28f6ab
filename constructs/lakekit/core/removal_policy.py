"""Removal policy: data is destroyed only with `force_destroy` and in a tier that allows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError

if TYPE_CHECKING:
    from constructs import IConstruct

# The plan gate requires this tag before it allows the deletion of a resource with data in a dev environment.
FORCE_DESTROY_TAG: Final = {"disposable": "true"}


def resolve_force_destroy(construct: IConstruct, requested: bool | None) -> bool:
    """Return whether a construct may be destroyed together with its data.

    Args:
        construct: the construct with the data.
        requested: the argument of the construct; None for the default of the tier.

    Raises:
        ConstructError: requested in a tier that does not allow it (staging and prod).
    """
    environment = environment_of(construct)
    if requested and not environment.defaults.allow_force_destroy:
        raise ConstructError(
            construct,
            f"force_destroy=True is not allowed in tier {environment.tier}",
            fix="remove force_destroy; only sandbox and dev environments allow it",
        )
    return environment.defaults.force_destroy if requested is None else requested


def force_destroy_tags(force_destroy: bool) -> dict[str, str] | None:
    """Return the tags, or table parameters, of a resource that may be destroyed with its data."""
    return dict(FORCE_DESTROY_TAG) if force_destroy else None
