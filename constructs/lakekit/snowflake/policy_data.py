"""Snowflake policies and shared tables as data, and the only place that renders them as SQL.

SnowflakeStack writes the data to the stack's metadata, beside the SQL in the resources. `lakekit.access_matrix`
evaluates the data and compares the rendered SQL with the resources, so that SQL edited by hand is an error.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Final, Self, TypeAlias

from lakekit.snowflake.names import literal, quoted

Rendered: TypeAlias = dict[tuple[str, str], str]
"""Address and argument of a resource to the SQL that it has to hold."""


@dataclass(frozen=True, slots=True)
class Clearance:
    """A role and the tags of the columns whose values it sees.

    Attributes:
        role: the account role.
        tags: fully qualified name and allowed values of each tag; every tag has to match.
    """

    role: str
    tags: tuple[tuple[str, tuple[str, ...]], ...]

    def applies(self, active_roles: Collection[str], tags: Mapping[str, str]) -> bool:
        """Whether one of the active roles sees a column with these tags."""
        return self.role in active_roles and all(tags.get(tag) in values for tag, values in self.tags)


@dataclass(frozen=True, slots=True)
class MaskingPolicies:
    """Masking policies that show a column to the same clearances, one for each data type.

    Attributes:
        argument: name of the policies' argument.
        clearances: who sees which columns.
        masks: address of each policy to the SQL expression that it shows to everyone else.
    """

    KIND: ClassVar[str] = "masking_policies"
    argument: str
    clearances: tuple[Clearance, ...]
    masks: Mapping[str, str]

    def shows(self, active_roles: Collection[str], tags: Mapping[str, str]) -> bool:
        """Whether a session with these roles sees the values of a column with these tags."""
        return any(one.applies(active_roles, tags) for one in self.clearances)

    def body(self, mask: str) -> str:
        """The body of the policy with this mask."""
        conditions = [
            f"({' AND '.join([_has_role(one.role), *(_has_tag(tag, values) for tag, values in one.tags)])})"
            for one in self.clearances
        ]
        return f"CASE WHEN {' OR '.join(conditions) or 'FALSE'} THEN {self.argument} ELSE {mask} END"

    def rendered(self) -> Rendered:
        """The SQL of each policy."""
        return {(address, "body"): self.body(mask) for address, mask in self.masks.items()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_dict` of this module wrote."""
        clearances = tuple(
            Clearance(one["role"], tuple((tag, tuple(values)) for tag, values in one["tags"]))
            for one in data["clearances"]
        )
        return cls(data["argument"], clearances, dict(data["masks"]))


@dataclass(frozen=True, slots=True)
class RowPolicy:
    """A row access policy, and the table that it is attached to.

    Attributes:
        policy: address of the policy.
        attachment: address of the `snowflake_execute` that attaches it.
        name: database, schema and name of the policy.
        table: database, schema and name of the Iceberg table.
        columns: the columns that the predicates use.
        unrestricted_roles: account roles that see every row.
        row_filters: account role and predicate of its rows, in order of precedence.
    """

    KIND: ClassVar[str] = "row_policy"
    policy: str
    attachment: str
    name: tuple[str, str, str]
    table: tuple[str, str, str]
    columns: tuple[str, ...]
    unrestricted_roles: tuple[str, ...]
    row_filters: tuple[tuple[str, str], ...]

    def predicate(self, active_roles: Collection[str]) -> str | None:
        """The predicate of the rows that a session with these roles sees: empty for all, None for no row."""
        if set(self.unrestricted_roles) & set(active_roles):
            return ""
        return next((rows for role, rows in self.row_filters if role in active_roles), None)

    def body(self) -> str:
        """The body of the policy."""
        unrestricted = " OR ".join(_has_role(role) for role in self.unrestricted_roles)
        branches = [f"WHEN {unrestricted} THEN TRUE"] if unrestricted else []
        branches += [f"WHEN {_has_role(role)} THEN {rows}" for role, rows in self.row_filters]
        return f"CASE {' '.join(branches)} ELSE FALSE END"

    def attach(self) -> str:
        """The statement that attaches the policy."""
        return (
            f"ALTER ICEBERG TABLE {quoted(*self.table)} ADD ROW ACCESS POLICY {quoted(*self.name)} "
            f"ON ({', '.join(self.columns)})"
        )

    def rendered(self) -> Rendered:
        """The SQL of policy and attachment."""
        return {(self.policy, "body"): self.body(), (self.attachment, "execute"): self.attach()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_dict` of this module wrote."""
        return cls(
            policy=data["policy"],
            attachment=data["attachment"],
            name=_three(data["name"]),
            table=_three(data["table"]),
            columns=tuple(data["columns"]),
            unrestricted_roles=tuple(data["unrestricted_roles"]),
            row_filters=tuple((role, rows) for role, rows in data["row_filters"]),
        )


@dataclass(frozen=True, slots=True)
class SharedTable:
    """A table of the lake as an Iceberg table in Snowflake.

    Attributes:
        resource: address of the `snowflake_execute` that creates it.
        table: database, schema and name in Snowflake.
        volume: the external volume.
        catalog: the catalog integration.
        glue_database: the database in Glue.
        glue_table: the table in Glue.
    """

    KIND: ClassVar[str] = "shared_table"
    resource: str
    table: tuple[str, str, str]
    volume: str
    catalog: str
    glue_database: str
    glue_table: str

    def create(self) -> str:
        """The statement that creates the table."""
        return " ".join(
            (
                f"CREATE ICEBERG TABLE IF NOT EXISTS {quoted(*self.table)}",
                f"EXTERNAL_VOLUME = {literal(self.volume)} CATALOG = {literal(self.catalog)}",
                f"CATALOG_NAMESPACE = {literal(self.glue_database)} CATALOG_TABLE_NAME = {literal(self.glue_table)}",
                # Commits of the lake's engines become visible without a manual refresh.
                "AUTO_REFRESH = TRUE",
            )
        )

    def rendered(self) -> Rendered:
        """The SQL that creates the table."""
        return {(self.resource, "execute"): self.create()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_dict` of this module wrote."""
        return cls(**{**{key: value for key, value in data.items() if key != "kind"}, "table": _three(data["table"])})


PolicyData: TypeAlias = MaskingPolicies | RowPolicy | SharedTable
_KINDS: Final[Mapping[str, type[PolicyData]]] = {one.KIND: one for one in (MaskingPolicies, RowPolicy, SharedTable)}


def to_dict(data: PolicyData) -> dict[str, Any]:
    """Policy data as JSON for the stack's metadata."""
    return {"kind": data.KIND, **asdict(data)}


def from_dict(data: Mapping[str, Any]) -> PolicyData:
    """Policy data from the stack's metadata.

    Raises:
        ValueError: an unknown kind, or a missing or unknown key.
    """
    kind = _KINDS.get(str(data.get("kind")))
    if kind is None:
        raise ValueError(f"kind {data.get('kind')!r} is not one of {', '.join(_KINDS)}")
    try:
        return kind.from_dict(data)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{kind.KIND}: malformed or missing {error}") from error


def _has_role(role: str) -> str:
    return f"IS_ROLE_IN_SESSION({literal(role)})"


def _has_tag(tag: str, values: Collection[str]) -> str:
    return f"SYSTEM$GET_TAG_ON_CURRENT_COLUMN({literal(tag)}) IN ({', '.join(literal(value) for value in values)})"


def _three(parts: Any) -> tuple[str, str, str]:
    database, schema, name = parts
    return str(database), str(schema), str(name)
