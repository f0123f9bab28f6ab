"""What a job may read and write: Lake Formation, the Glue catalog, S3 and the key in one verb."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from lakekit.bindings import Construct
from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError
from lakekit.governance.catalog_grants import grant_catalog_access
from lakekit.governance.lake_formation_grants import DATABASE_READ, DATABASE_WRITE, TABLE_READ, TABLE_WRITE, TagGrant
from lakekit.iam import Grantee
from lakekit.storage import ZoneReference


class TableAccess(Construct):
    """Grants on the tables of one zone that match domains and classifications.

    Lake Formation says which tables; IAM lets the engine reach the catalog's entries and the files behind them, no
    farther than the zone's database.

    Args:
        scope: where it stands.
        id: PascalCase id.
        grantee: whose rights these are.
        principal: the role's ARN, known once it exists.
        zone: the zone, and its database of the same name.
        domains: LF-tag `domain`.
        classifications: LF-tag `classification`; all of the environment's by default.
        write: also insert, alter and delete.
        after: grants that are made before.

    Attributes:
        grants: the TagGrants, in order.

    Raises:
        ConstructError: the zone holds no tables, or a word is not the environment's.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        grantee: Grantee,
        principal: str,
        zone: str,
        domains: Sequence[str],
        classifications: Sequence[str] = (),
        write: bool = False,
        after: Sequence[Any] = (),
    ) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        names, words = environment.names, environment.governance
        reference = ZoneReference(self, "Zone", zone)
        if not reference.settings.holds_tables:
            raise ConstructError(self, f"the zone {zone} holds no tables", fix=f"use {zone}.grant_read for its files")
        classifications = tuple(classifications) or words.classifications
        for given, known, what in (
            (domains, words.domains, "domain"),
            (classifications, words.classifications, "classification"),
        ):
            if not given or set(given) - set(known):
                raise ConstructError(self, f"{what} {', '.join(given) or '(none)'}: {environment.name} has {known}")
        database = names.database(zone)
        grant_catalog_access(self, grantee, database=database, write=write)
        (reference.grant_write if write else reference.grant_read)(grantee, f"{zone}/")
        expression = {"zone": (zone,), "domain": tuple(domains), "classification": classifications}
        # A database carries one classification, which need not be among those of the tables.
        of_database = {"zone": (zone,)}
        self.grants: Final[list[TagGrant]] = []
        after = list(after)
        for kind, wanted, permissions in (
            ("DATABASE", of_database, DATABASE_WRITE if write else DATABASE_READ),
            ("TABLE", expression, TABLE_WRITE if write else TABLE_READ),
        ):
            grant = TagGrant(
                self,
                kind.capitalize(),
                principal=principal,
                kind=kind,
                expression=wanted,
                permissions=permissions,
                after=after,
            )
            self.grants.append(grant)
            after = [grant.resource]
