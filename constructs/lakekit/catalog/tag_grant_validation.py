"""Checks of grants by LF-tag against the columns of the tables that they select.

Lake Formation gives ALTER, DELETE, DROP and INSERT by LF-tag only if the expression matches the table and every column;
if it matches a part of the columns, it gives DESCRIBE instead. Jobs of AWS Glue fail on a table of which their role may
not read every column (Lake Formation developer guide, "Lake Formation tag-based access control notes and
restrictions").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from lakekit.bindings import Construct
from lakekit.catalog.governed_table import GovernedTable, ProductTags
from lakekit.core.stack import environment_of, stack_of
from lakekit.errors import ConstructError
from lakekit.governance.effective_access import matches

if TYPE_CHECKING:
    from constructs import IConstruct

_NEEDED: Final = "Lake Formation gives ALTER, DELETE, DROP and INSERT by LF-tag only if every column matches"
_NEEDED_BY_GLUE: Final = "jobs of AWS Glue fail on tables of which they may not read every column"


@dataclass(frozen=True, slots=True)
class _Declared:
    table: GovernedTable
    tags: ProductTags


@dataclass(frozen=True, slots=True)
class _Granted:
    role: str
    domains: tuple[str, ...]
    classifications: tuple[str, ...]
    needed: str
    """Why every column is needed."""
    verb: str


@dataclass(slots=True)
class _Known:
    """Tables and grants of one database."""

    tables: list[_Declared] = field(default_factory=list)
    grants: list[_Granted] = field(default_factory=list)


_KNOWN: Final[WeakKeyDictionary[IConstruct, dict[tuple[str, str], _Known]]] = WeakKeyDictionary()


def check_writers(scope: Construct, tags: ProductTags, table: GovernedTable) -> None:
    """Reject a table that a role of governance.roles may write by its classification, but not all of its columns.

    Args:
        scope: the construct of the table.
        tags: zone, domain and default classification of the table.
        table: the declaration.

    Raises:
        ConstructError: names role, table, columns and their classifications.
    """
    environment = environment_of(scope)
    for role, settings in environment.governance.roles.items():
        own = tags.of(table)
        if settings.write is None or not matches(settings.write, own):
            continue
        missed = [name for name in table.column_names if not matches(settings.write, tags.of(table, name))]
        if missed:
            key = f"governance.roles.{role}.write.classification"
            values = ", ".join(sorted({tags.of(table, name)["classification"] for name in missed}))
            raise ConstructError(
                scope,
                f"{key} has {', '.join(settings.write.classification)}, which matches {table.name} "
                f"({own['classification']}), but not its {_named(missed, tags, table)}; {_NEEDED}, so that {role} "
                "could not write the table",
                fix=f"add {values} to {key} in {environment.name}.yaml, or leave the classification out of `write`; if "
                f"the role shall not write {table.name}, give the table a classification that is not in it, and its "
                "columns theirs",
            )


def register_table(scope: Construct, database: str, tags: ProductTags, table: GovernedTable) -> None:
    """Check a table against the grants on its database in this app, and make it known to later ones.

    Args:
        scope: the construct of the table.
        database: physical name of the database.
        tags: zone, domain and default classification of the table.
        table: the declaration.

    Raises:
        ConstructError: as `register_grant`.
    """
    known, declared = _known(scope, database), _Declared(table, tags)
    known.tables.append(declared)
    for granted in known.grants:
        _check(scope, declared, granted)


def register_grant(
    scope: Construct,
    database: str,
    *,
    role: str,
    domains: Sequence[str],
    classifications: Sequence[str],
    write: bool,
    by_glue: bool,
) -> None:
    """Check a grant by LF-tag against the tables of the database in this app, and make it known to later ones.

    Args:
        scope: the construct of the grant.
        database: physical name of the database.
        role: name of the role.
        domains: values of the LF-tag `domain`.
        classifications: values of the LF-tag `classification`.
        write: whether it is a grant to write.
        by_glue: whether AWS Glue assumes the role.

    Raises:
        ConstructError: a table has columns that match and others that do not, and the role writes or is one of Glue.
    """
    known = _known(scope, database)
    if not write and not by_glue:
        return
    granted = _Granted(
        role,
        tuple(domains),
        tuple(classifications),
        _NEEDED if write else _NEEDED_BY_GLUE,
        "write" if write else "read",
    )
    known.grants.append(granted)
    for declared in known.tables:
        _check(scope, declared, granted)


def _known(scope: Construct, database: str) -> _Known:
    return _KNOWN.setdefault(stack_of(scope).app, {}).setdefault((environment_of(scope).name, database), _Known())


def _check(scope: Construct, declared: _Declared, granted: _Granted) -> None:
    table, tags = declared.table, declared.tags
    if tags.domain not in granted.domains:
        return
    classified = {name: tags.of(table, name)["classification"] for name in table.column_names}
    missed = [name for name, value in classified.items() if value not in granted.classifications]
    if not missed or len(missed) == len(classified):
        return
    given = ", ".join(granted.classifications)
    raise ConstructError(
        scope,
        f"the grant to {granted.verb} to {granted.role} has the classifications {given}, which match {table.name} "
        f"without its {_named(missed, tags, table)}; {granted.needed}",
        fix=f"leave out classifications=, add {', '.join(sorted({classified[name] for name in missed}))}, or use "
        f"grant_{granted.verb} of single tables",
    )


def _named(columns: Sequence[str], tags: ProductTags, table: GovernedTable) -> str:
    """`columns email (restricted), phone (restricted)`."""
    listed = ", ".join(f"{name} ({tags.of(table, name)['classification']})" for name in columns)
    return f"{'column' if len(columns) == 1 else 'columns'} {listed}"
