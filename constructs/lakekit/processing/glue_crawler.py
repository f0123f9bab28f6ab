"""Glue crawlers for files without a declared schema, with a fixed table level, at most hourly."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from lakekit.bindings import Construct, aws
from lakekit.catalog import DatabaseLike, resolve_database
from lakekit.core.stack import environment_of, stack_of
from lakekit.errors import ConstructError
from lakekit.governance.catalog_grants import grant_catalog_access
from lakekit.governance.lake_formation_grants import DATABASE_WRITE, named_grants
from lakekit.governance.location_grants import LOCATION_ACCESS, location_target
from lakekit.iam import ServiceRole, statement
from lakekit.monitoring import FailureEvents
from lakekit.naming import slug
from lakekit.processing.glue_security_configuration import glue_key_alias, glue_security_configuration_name
from lakekit.processing.schedule import Schedule
from lakekit.storage import Zone, ZoneLike, ZoneReference, resolve_zone
from lakekit.storage.encryption_key import key_usage_statement


class GlueCrawler(Construct):
    """Crawler of one prefix of a zone that creates tables for the folders below it and never changes a schema.

    Without a schedule it runs on demand only. The table level is computed from the prefix: without it Glue guesses,
    and may create a table for every partition.

    Args:
        scope: parent construct.
        id: PascalCase id; default of `name`.
        zone: zone to read: a Zone, a ZoneReference or a name.
        prefix: parent of one folder per table, such as `shop/`.
        database: database of the tables: a Database, a DatabaseReference or a name.
        description: description of the files.
        schedule: `cron(…)`, at most hourly; on demand by default.
        name: short name in kebab case; the physical name is `<organization>-<environment>-<stack>-<name>`.

    Attributes:
        name: physical name, a literal.
        role: ServiceRole of the crawler, also the grantee of grants to it.
        grants: the `aws_lakeformation_permissions` of the role.
        resource: the `aws_glue_crawler`.

    Raises:
        ConstructError: no prefix, or a schedule that cannot be parsed, is not cron, or runs more than hourly.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        zone: ZoneLike,
        prefix: str,
        database: DatabaseLike,
        description: str,
        schedule: str | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(scope, id)
        names = environment_of(self).names
        short_name = name or slug(id)
        zone, database = resolve_zone(self, zone), resolve_database(self, database)
        folders = [part for part in prefix.strip("/").split("/") if part]
        if not folders or "*" in prefix:
            raise ConstructError(self, f"prefix {prefix!r} is the whole zone", fix="pass a folder such as `shop/`")
        stack = stack_of(self).stack_name
        self.name: Final = names.resource(stack, short_name)
        self.role: Final = ServiceRole(
            self,
            "Role",
            service="glue",
            description=f"The crawler {self.name} runs as it",
            name=f"{stack}-{short_name}-crawler",
        )
        path = "/".join(folders) + "/"
        zone.grant_read(self.role, path)
        grant_catalog_access(self, self.role, database=database.name, write=True)
        self._grant_crawler_permissions(database.name)
        self.grants: Final = self._lake_formation(zone, database.name)
        module = aws.glue_crawler
        self.resource: Final = module.GlueCrawler(
            self,
            "Crawler",
            name=self.name,
            description=description,
            role=self.role.resource.arn,
            database_name=database.name,
            schedule=self._hourly_at_most(schedule),
            security_configuration=glue_security_configuration_name(environment_of(self)),
            s3_target=[module.GlueCrawlerS3Target(path=f"{zone.location}{path}")],
            # Log only: a missing file must not drop or rewrite a table.
            schema_change_policy=module.GlueCrawlerSchemaChangePolicy(delete_behavior="LOG", update_behavior="LOG"),
            recrawl_policy=module.GlueCrawlerRecrawlPolicy(recrawl_behavior="CRAWL_NEW_FOLDERS_ONLY"),
            configuration=json.dumps(
                {
                    "Version": 1.0,
                    "CrawlerOutput": {"Partitions": {"AddOrUpdateBehavior": "InheritFromTable"}},
                    # Level 1 is the bucket (Glue, "How to specify the table location and partitioning level").
                    "Grouping": {"TableLevelConfiguration": len(folders) + 2},
                }
            ),
        )

        FailureEvents.of(self).add_crawler(self.name)

    def _hourly_at_most(self, schedule: str | None) -> str | None:
        if schedule is None:
            return None
        try:
            parsed = Schedule.parse(schedule)
        except ValueError as error:
            raise ConstructError(self, f"schedule {error}") from error
        if not parsed.is_cron or parsed.shortest_minutes < 60:
            raise ConstructError(
                self,
                f"schedule {schedule}: crawlers accept cron(…) only, at most once an hour",
                fix="use cron(15 * * * ? *), or load files with a job when they arrive",
            )
        return schedule

    def _lake_formation(
        self, zone: Zone | ZoneReference, database: str
    ) -> list[aws.lakeformation_permissions.LakeformationPermissions]:
        """Grant the Lake Formation permissions that creating tables requires in addition to IAM.

        The creator of a table has all permissions on it, so that later runs may add partitions (Lake Formation,
        "Implicit permissions"). A registered location also requires DATA_LOCATION_ACCESS.
        """
        module = aws.lakeformation_permissions
        on_database = {"database": module.LakeformationPermissionsDatabase(name=database)}
        grants: list[tuple[str, Sequence[str], dict[str, Any]]] = [("DatabaseGrant", DATABASE_WRITE, on_database)]
        if zone.settings.holds_tables:
            grants.append(("LocationGrant", LOCATION_ACCESS, location_target(self, zone.location)))
        return named_grants(self, self.role.resource.arn, grants)

    def _grant_crawler_permissions(self, database: str) -> None:
        names = environment_of(self).names
        catalog = [names.arn("glue", path) for path in ("catalog", f"database/{database}", f"table/{database}/*")]
        actions = ["BatchCreatePartition", "BatchGetPartition"]
        self.role.allow(statement("WritePartitions", [f"glue:{action}" for action in actions], catalog))
        groups = names.arn("logs", "log-group:/aws-glue/crawlers*")
        actions = ["AssociateKmsKey", "CreateLogGroup", "CreateLogStream", "PutLogEvents"]
        self.role.allow(statement("WriteLogs", [f"logs:{action}" for action in actions], [groups]))
        actions = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"]
        self.role.allow(key_usage_statement(self, glue_key_alias(names), actions, sid="GlueKey", via=None))
