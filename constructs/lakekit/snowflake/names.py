"""Names of Snowflake objects, derived from the environment.

Identifiers are upper-case letters, digits and underscores, so that they are the same with and without quotes
(Snowflake identifier requirements). They begin with `<organization>_<environment>`, after the kind where one
namespace of the account has several kinds: `FR_ACME_DEV_ANALYST`, `WH_ACME_DEV_QUERY`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from lakekit.naming import KEBAB_CASE, Names, fit

_LIMIT = 255


class Level(StrEnum):
    """Levels of access roles; each includes the previous one."""

    READ = "R"
    WRITE = "RW"
    OWN = "OWN"


@dataclass(frozen=True, slots=True)
class SnowflakeNames:
    """Snowflake names of one environment.

    Args:
        names: the environment's names.
    """

    names: Names

    def identifier(self, *name_parts: str, kind: str = "") -> str:
        """`[<KIND>_]<ORGANIZATION>_<ENVIRONMENT>_<NAME>`, at most 255 characters.

        Raises:
            ValueError: a part is not kebab case.
        """
        for part in name_parts:
            if not KEBAB_CASE.match(part):
                raise ValueError(f"{part!r} cannot be part of a name: lower-case letters, digits and single hyphens")
        parts = [kind.lower(), self.names.organization, self.names.environment, *name_parts]
        return fit("_".join(part for part in parts if part).replace("-", "_"), _LIMIT).upper()

    @property
    def prefix(self) -> str:
        """`<ORGANIZATION>_<ENVIRONMENT>`, in every name of the environment."""
        return f"{self.names.organization}_{self.names.environment}".upper()

    def database(self, name: str) -> str:
        """The database of a zone, or of a purpose such as `governance`."""
        return self.identifier(name)

    def schema(self, domain: str, product: str) -> str:
        """The schema of a data product: `<DOMAIN>_<PRODUCT>`."""
        return fit(f"{domain}_{product}".replace("-", "_"), _LIMIT).upper()

    def warehouse(self, *name_parts: str) -> str:
        """Name of a virtual warehouse."""
        return self.identifier(*name_parts, kind="wh")

    def monitor(self, *name_parts: str) -> str:
        """Name of a resource monitor."""
        return self.identifier(*name_parts, kind="rm")

    def functional_role(self, role: str) -> str:
        """The account role of a role of governance.roles."""
        return self.identifier(role, kind="fr")

    def access_role(self, database: str, schema: str, level: Level) -> str:
        """The access role of a schema: `AR_<DATABASE>_<SCHEMA>_<R|RW|OWN>`."""
        return fit(f"ar_{database}_{schema}_{level}".lower(), _LIMIT).upper()

    def service_user(self, name: str) -> str:
        """Name of a service user."""
        return self.identifier(name, kind="svc")

    def external_id(self, *name_parts: str) -> str:
        """The external id that Snowflake passes when it assumes an IAM role.

        It protects against the confused deputy problem and is not a secret (IAM user guide, "How to use an external
        ID"). It is derived, so that both sides know it before they are created.
        """
        text = "/".join((self.names.prefix, self.names.account_id, self.names.region, *name_parts))
        return f"lakekit_{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def quoted(*parts: str) -> str:
    """`"DATABASE"."SCHEMA"."OBJECT"`, the fully qualified form that the provider takes."""
    return ".".join(f'"{part}"' for part in parts)


def literal(text: str) -> str:
    """A string literal of SQL."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
