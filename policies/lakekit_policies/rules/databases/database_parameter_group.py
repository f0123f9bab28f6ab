from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, nested

PARAMETERS: Final = {
    "postgres": "rds.force_ssl",
    "aurora-postgresql": "rds.force_ssl",
    "sqlserver": "rds.force_ssl",
    "mysql": "require_secure_transport",
    "mariadb": "require_secure_transport",
    "aurora-mysql": "require_secure_transport",
}
"""The parameter by the beginning of the family."""
ON: Final = ("1", "on", "true")
FIRST_WITH_DEFAULT: Final = 15
"""PostgreSQL 15 and later require TLS by default."""


class DatabaseParameterGroup(Rule):
    id = "LK_RDS_2"
    title = "Parameter groups of databases require TLS"
    severity = "high"
    rationale = "Without the parameter, clients send passwords and rows in clear text."
    remedy = "Set `rds.force_ssl = 1` (PostgreSQL, SQL Server) or `require_secure_transport = ON` (MySQL, MariaDB)."
    reference = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html"
    pack = "baseline"
    controls = {"nist": ["SC-8", "SC-8(1)"], "soc2": ["CC6.7"]}
    resources = (
        "aws_db_parameter_group",
        "aws_rds_cluster_parameter_group",
    )

    def problems(self, block: Block) -> Iterable[str]:
        family = str(block.get("family") or "")
        wanted = next((name for engine, name in PARAMETERS.items() if family.startswith(engine)), None)
        parameters = {one.get("name"): str(one.get("value")).lower() for one in nested(block, "parameter")}
        by_default = wanted not in parameters and _is_default(family)
        if wanted and parameters.get(wanted) not in ON and not by_default:
            yield f"{wanted} is {parameters.get(wanted, 'not set')}; connections without TLS are accepted"


def _is_default(family: str) -> bool:
    version = re.fullmatch(r"postgres(\d+)", family)
    return version is not None and int(version.group(1)) >= FIRST_WITH_DEFAULT


check = DatabaseParameterGroup()
