"""Access that the roles of the environment file have, defined once for both planes.

Lake Formation compares the tags of each column (its own over the table's, over the database's) with the expression of
a grant. A role writes a table only if its write filter matches the table and every column: if an expression matches a
part of the columns, Lake Formation gives none of ALTER, DELETE, DROP and INSERT (developer guide, "Lake Formation
tag-based access control notes and restrictions"). Snowflake's grants, masking and row access policies are generated
from the same functions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from lakekit.environment import RoleSettings, TagFilter, ZoneSettings


def default_classification(zone: ZoneSettings, given: str | None = None) -> str:
    """The classification of a table that declares none: the database's or product's own, or the zone's.

    Both planes and the access matrix use this function.

    Args:
        zone: settings of the zone that the table lives in.
        given: the classification of the database or product, if it has one.
    """
    return given or zone.classification


def matches(tag_filter: TagFilter | None, tags: Mapping[str, str]) -> bool:
    """Whether each key of a filter has one of the filter's values.

    Args:
        tag_filter: the filter; None matches nothing.
        tags: zone, domain and classification.
    """
    return tag_filter is not None and tag_filter.matches(tags)


def filters(settings: RoleSettings) -> tuple[TagFilter, ...]:
    """The filters under which a role reads values: its write filter includes reading, as in Lake Formation's grants."""
    return settings.reading


def can_read(settings: RoleSettings, tags: Mapping[str, str]) -> bool:
    """Whether a role reads the values of a column with these tags."""
    return any(matches(one, tags) for one in filters(settings))


def can_write(settings: RoleSettings, tags: Mapping[str, str], classifications: Iterable[str]) -> bool:
    """Whether a role may write a table with these tags whose columns have these classifications."""
    return matches(settings.write, tags) and all(
        matches(settings.write, {**tags, "classification": one}) for one in classifications
    )


def can_read_any(settings: RoleSettings, tags: Mapping[str, str], classifications: Collection[str]) -> bool:
    """Whether a role reads at least one column of a table whose columns have these classifications."""
    return any(can_read(settings, {**tags, "classification": one}) for one in classifications)
