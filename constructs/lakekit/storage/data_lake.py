"""The data lake: zones, keys and log bucket."""

from __future__ import annotations

from typing import Final

from lakekit.bindings import Construct
from lakekit.core.stack import environment_of
from lakekit.environment import KeyScope, LakeSettings
from lakekit.naming import pascal
from lakekit.storage.encryption_key import EncryptionKey
from lakekit.storage.log_bucket import LogBucket
from lakekit.storage.zone import Zone
from lakekit.storage.zone_names import zone_key


class DataLake(Construct):
    """The data lake of an environment: a log bucket, keys, and the zones of the environment file.

    `DataLake(self, "Lake")` is complete; the environment file sets the rest.

    Args:
        scope: parent construct.
        id: PascalCase id.
        settings: zones and keys; the environment's by default.

    Attributes:
        logs: the LogBucket.
        zones: the Zones by name.
        key: the EncryptionKey of the lake; None if each zone has its own.
    """

    def __init__(self, scope: Construct, id: str, *, settings: LakeSettings | None = None) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        settings = settings or environment.lake
        self.logs: Final = LogBucket(self, "Logs")
        self.key: Final = (
            EncryptionKey(
                self,
                "Key",
                name=zone_key(KeyScope.PER_LAKE, ""),
                description=f"Encrypts the data lake of {environment.names.prefix}",
                # All zones use the key: it may be destroyed only if all of them may.
                force_destroy=all(zone.force_destroy for zone in settings.zones.values()) or None,
            )
            if settings.keys is KeyScope.PER_LAKE
            else None
        )
        self.zones: Final = {
            name: Zone(
                self,
                pascal(name),
                name=name,
                settings=zone,
                key=self.key,
                log_bucket=self.logs,
            )
            for name, zone in settings.zones.items()
        }

    def zone(self, name: str) -> Zone:
        """Return the zone with a name.

        Raises:
            KeyError: the lake has no such zone.
        """
        return self.zones[name]
