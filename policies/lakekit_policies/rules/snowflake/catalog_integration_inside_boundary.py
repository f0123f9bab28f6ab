from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from lakekit_policies import sql
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_destinations import foreign_accounts_of_aws, foreign_arns, foreign_hosts
from lakekit_policies.terraform.blocks import Block

_AWS_CATALOG = re.compile(r"(?:glue|s3tables)\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\Z")
_ROLES = ("SIGV4_IAM_ROLE", "GLUE_AWS_ROLE_ARN")
_URLS = ("CATALOG_URI", "OAUTH_TOKEN_URI")


class CatalogIntegrationInsideBoundary(Rule):
    id = "LK_SF_48"
    title = "Catalog integrations use a catalog inside the trust boundary"
    severity = "critical"
    rationale = (
        "The catalog says which files a table consists of: a catalog outside of the trust boundary replaces the data "
        "of every table, and receives the credentials that the integration sends."
    )
    remedy = (
        "Use the Glue Data Catalog or S3 Tables of an account inside the boundary, with a role of that account; state "
        "other catalogs in `trust_boundary.hosts`."
    )
    reference = "https://docs.snowflake.com/en/sql-reference/sql/create-catalog-integration-rest"
    pack = "snowflake"
    controls = {"nist": ["AC-4", "SI-7"], "soc2": ["CC6.1", "CC6.7"]}
    resources = ("snowflake_execute",)

    def problems(self, block: Block) -> Iterable[str]:
        kind, options = sql.created_object(str(block.get("execute") or ""))
        if kind != "CATALOG INTEGRATION":
            return
        for name in _ROLES:
            yield from foreign_arns([options.get(name)], name)
        for name in _URLS:
            value = options.get(name, "")
            host = urlsplit(value).hostname or ""
            if value and "${" not in value and not value.startswith("https://"):
                yield f"{name} {value} is not encrypted; use https"
            if not _AWS_CATALOG.match(host):
                yield from foreign_hosts([value], name)
        for name in ("CATALOG_NAME", "GLUE_CATALOG_ID"):
            yield from foreign_accounts_of_aws([options.get(name)], name)


check = CatalogIntegrationInsideBoundary()
