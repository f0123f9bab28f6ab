"""Snowflake's physical names: pure functions of the environment, like all others.

Identifiers are upper case, letters, digits and underscores, so that they mean the same with and without quotes
(Snowflake identifier requirements). `<organization>_<environment>` comes first, after the kind where one account
holds many kinds side by side: `FR_ACME_DEV_ANALYST`, `WH_ACME_DEV_QUERY`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from lakekit.naming import KEBAB_CASE, Names, fit

_LIMIT = 255


class Level(StrEnum):
    """What an access role of a schema allows; each includes the one before."""

    READ = "R"
    WRITE = "RW"
    OWN = "OWN"


@dataclass(frozen=True, slots=True)
class SnowflakeNames:
    """Every Snowflake name of one environment.

    Args:
        names: the environment's names.
    """

    names: Names

    def identifier(self, *name_parts: str, kind: str = "") -> str:
        """`[<KIND>_]<ORGANIZATION>_<ENVIRONMENT>_<WORDS>`, at most 255 characters.

        Raises:
            ValueError: a word is not kebab case.
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
        """A virtual warehouse."""
        return self.identifier(*name_parts, kind="wh")

    def monitor(self, *name_parts: str) -> str:
        """A resource monitor."""
        return self.identifier(*name_parts, kind="rm")

    def functional_role(self, role: str) -> str:
        """The account role of a role of governance.roles."""
        return self.identifier(role, kind="fr")

    def access_role(self, database: str, schema: str, level: Level) -> str:
        """The access role of a schema: `AR_<DATABASE>_<SCHEMA>_<R|RW|OWN>`."""
        return fit(f"ar_{database}_{schema}_{level}".lower(), _LIMIT).upper()

    def service_user(self, name: str) -> str:
        """A program's user."""
        return self.identifier(name, kind="svc")

    def external_id(self, *name_parts: str) -> str:
        """The external id that Snowflake has to bring to an IAM role of ours.

        It guards against a confused deputy and is no secret (IAM user guide, "How to use an external ID"); derived,
        so that both sides know it before either exists.
        """
        text = "/".join((self.names.prefix, self.names.account_id, self.names.region, *name_parts))
        return f"lakekit_{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def quoted(*parts: str) -> str:
    """`"DATABASE"."SCHEMA"."OBJECT"`, the fully qualified form that the provider takes."""
    return ".".join(f'"{part}"' for part in parts)


def literal(text: str) -> str:
    """A string literal of SQL."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
