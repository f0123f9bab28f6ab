"""References to zones of other stacks."""

from __future__ import annotations

from typing import Final

from lakekit.bindings import Construct
from lakekit.core.stack import environment_of
from lakekit.environment import ZoneSettings
from lakekit.errors import ConstructError
from lakekit.iam import Grantee
from lakekit.storage.zone_access import ZoneAccess
from lakekit.storage.zone_names import zone_bucket, zone_key


class ZoneReference(Construct):
    """A zone that another stack creates; `Zone.from_name` returns one.

    Args:
        scope: parent of the reference.
        id: PascalCase id.
        name: kebab-case name of the zone, a key of `lake.zones` in the environment file.

    Attributes:
        name: name of the zone.
        settings: the ZoneSettings of the environment file.
        bucket_name: physical name of the bucket, a literal.
        key_alias: alias of the key that encrypts it, a literal.

    Raises:
        ConstructError: the environment has no zone of that name.
    """

    def __init__(self, scope: Construct, id: str, name: str) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        self.name: Final = name
        self.settings: Final = zone_settings(self, name)
        self.bucket_name: Final = environment.names.bucket(zone_bucket(name))
        self.key_alias: Final = environment.names.key_alias(zone_key(environment.lake.keys, name))
        self._access = ZoneAccess(self, zone=name, bucket=self.bucket_name, alias=self.key_alias)

    @property
    def location(self) -> str:
        """`s3://<bucket>/`, a literal."""
        return f"s3://{self.bucket_name}/"

    def grant_read(self, grantee: Grantee, prefix: str = "") -> None:
        """See `Zone.grant_read`."""
        self._access.read(grantee, prefix)

    def grant_write(self, grantee: Grantee, prefix: str = "") -> None:
        """See `Zone.grant_write`."""
        self._access.write(grantee, prefix)

    def grant_write_tables(self, grantee: Grantee, prefix: str) -> None:
        """See `Zone.grant_write_tables`."""
        self._access.write_tables(grantee, prefix)

    def grant_admin(self, grantee: Grantee, prefix: str = "") -> None:
        """See `Zone.grant_admin`."""
        self._access.admin(grantee, prefix)


def zone_settings(scope: Construct, name: str) -> ZoneSettings:
    """Return the settings of a zone of the environment.

    Args:
        scope: the construct that asks, named in the error.
        name: kebab-case name of the zone.

    Raises:
        ConstructError: the environment has no zone of that name.
    """
    environment = environment_of(scope)
    zones = environment.lake.zones
    if name not in zones:
        raise ConstructError(
            scope,
            f"{environment.name} has no zone {name!r}; its zones are {', '.join(zones)}",
            fix=f"name one of them, or add {name!r} under lake.zones in {environment.name}.yaml",
        )
    return zones[name]
