"""Fake Snowflake account: a cursor that returns rows in Snowflake's format and records the statements.

The rows are generated from synthesized stacks, so that the account matches them. Tests add, remove or change rows.
Unknown statements fail.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fake_snowflake_governance import Rows, catalog_integration_rows, policy_rows, tag_rows
from fake_snowflake_grants import grants, object_grants, role_members

from lakekit.access_matrix.stacks import resources
from lakekit_cli.snowflake.keys import fingerprint


class ProgrammingError(Exception):
    """Exception with the module name of the connector's."""

    __module__ = "snowflake.connector.errors"


class FakeCursor:
    """Returns the rows of the first matching pattern.

    Attributes:
        asked: All statements in order.
        answers: Rows by pattern; a string is an error message.
    """

    def __init__(self, answers: Mapping[str, Rows | str]) -> None:
        self.answers: dict[str, Rows | str] = dict(answers)
        self.asked: list[str] = []
        self.description: list[tuple[str]] = []
        self._rows: Rows = []
        self._columns: list[str] = []

    def execute(self, command: str) -> None:
        self.asked.append(command)
        for pattern, rows in self.answers.items():
            if re.fullmatch(pattern, command, re.DOTALL):
                if isinstance(rows, str):
                    raise ProgrammingError(rows)
                self._rows = rows
                # Rows of an account have all columns; tests set only the relevant ones.
                self._columns = list(dict.fromkeys(name for row in rows for name in row))
                self.description = [(name,) for name in self._columns]
                return
        raise ProgrammingError(f"001003 (42000): SQL compilation error: unexpected {command!r}")

    def fetchall(self) -> Sequence[tuple[Any, ...]]:
        return [tuple(row.get(name) for name in self._columns) for row in self._rows]


def account(stacks: Iterable[Mapping[str, Any]]) -> dict[str, Rows | str]:
    """Return the answers of an account that matches the stacks."""
    found = list(resources(stacks))

    def bodies(kind: str) -> list[Mapping[str, Any]]:
        return [resource.body for resource in found if resource.kind == kind]

    answers: dict[str, Rows | str] = {
        r"SELECT CURRENT_ORGANIZATION_NAME.*": [{"ACCOUNT": "ACMEORG-LAKE_DEV"}],
        r"SHOW PARAMETERS IN ACCOUNT": [
            {"key": body["key"], "value": body["value"], "default": "", "level": "ACCOUNT"}
            for body in bodies("snowflake_account_parameter")
        ],
        r"SHOW DATABASES LIKE .*": [
            {
                "created_on": "2026-01-01",
                "name": body["name"],
                "retention_time": str(body["data_retention_time_in_days"]),
            }
            for body in bodies("snowflake_database")
        ],
        r"SHOW WAREHOUSES LIKE .*": [
            {
                "name": body["name"],
                "size": {"XSMALL": "X-Small", "SMALL": "Small", "MEDIUM": "Medium"}[body["warehouse_size"]],
                "auto_suspend": body["auto_suspend"],
                "auto_resume": body["auto_resume"],
                "resource_monitor": body["resource_monitor"],
            }
            for body in bodies("snowflake_warehouse")
        ],
        r"SHOW RESOURCE MONITORS LIKE 'RM_ACME_DEV%'": [
            {
                "name": body["name"],
                "credit_quota": f"{body['credit_quota']}.00",
                "suspend_at": f"{body['suspend_trigger']}%",
                "suspend_immediately_at": f"{body['suspend_immediate_trigger']}%",
                "level": "ACCOUNT" if body["name"].endswith("_ACCOUNT") else "WAREHOUSE",
            }
            for body in bodies("snowflake_resource_monitor")
        ],
    }
    users = bodies("snowflake_service_user")
    answers["SHOW USERS LIKE 'SVC_ACME_DEV%'"] = [
        {"name": name, "type": "SERVICE"} for name in ("SVC_ACME_DEV_DEPLOYER", *(body["name"] for body in users))
    ]
    for body in users:
        answers[f"SHOW USERS LIKE '{body['name']}'"] = [{"name": body["name"]}]
        answers[f"DESCRIBE USER {body['name']}"] = [
            {"property": f"{slot}_FP", "value": fingerprint(key) if (key := body.get(slot.lower())) else "null"}
            for slot in ("RSA_PUBLIC_KEY", "RSA_PUBLIC_KEY_2")
        ]
        answers[f"SHOW PARAMETERS LIKE 'NETWORK_POLICY' FOR USER {body['name']}"] = [
            {"key": "NETWORK_POLICY", "value": body["network_policy"], "default": "", "level": "USER"}
        ]
    policies = bodies("snowflake_network_policy")
    answers["SHOW NETWORK POLICIES"] = [{"created_on": "2026-01-01", "name": body["name"]} for body in policies]
    for body in policies:
        answers[f"DESCRIBE NETWORK POLICY {body['name']}"] = [
            {"name": "ALLOWED_IP_LIST", "value": ",".join(body["allowed_ip_list"])}
        ]
    for database in {body["name"] for body in bodies("snowflake_database")}:
        answers[rf'SHOW SCHEMAS IN DATABASE "{database}"'] = [
            {"name": "INFORMATION_SCHEMA", "options": ""},
            *(
                {"name": body["name"], "options": "MANAGED ACCESS"}
                for body in bodies("snowflake_schema")
                if body["database"] == database
            ),
        ]
    for kind in ("AR", "FR"):
        answers[rf"SHOW ROLES LIKE '{kind}_ACME_DEV%'"] = [
            {"created_on": "2026-01-01", "name": body["name"]}
            for body in bodies("snowflake_account_role")
            if body["name"].startswith(kind)
        ]
    for role in bodies("snowflake_account_role"):
        current, future = grants(found, role["name"])
        answers[rf"SHOW GRANTS TO ROLE {role['name']}"] = current
        answers[rf"SHOW FUTURE GRANTS TO ROLE {role['name']}"] = future
        answers[rf"SHOW GRANTS OF ROLE {role['name']}"] = role_members(found, role["name"])
    answers.update(object_grants(found))
    for kind, plural in (("stage", "STAGES"), ("file_format", "FILE FORMATS"), ("pipe", "PIPES"), ("table", "TABLES")):
        for body in bodies(f"snowflake_{kind}"):
            shown = {
                "name": body["name"],
                "url": body.get("url"),
                "has_credentials": "N",
                "storage_integration": body.get("storage_integration"),
                "type": body.get("format_type"),
                "definition": body.get("copy_statement"),
            }
            schema = f'"{body["database"]}"."{body["schema"]}"'
            answers[re.escape(f"SHOW {plural} LIKE '{body['name']}' IN SCHEMA {schema}")] = [shown]
    for body in bodies("snowflake_storage_integration"):
        answers[rf"DESCRIBE STORAGE INTEGRATION {body['name']}"] = [
            {"property": key, "property_type": "String", "property_value": value, "property_default": ""}
            for key, value in {
                "ENABLED": "true",
                "STORAGE_ALLOWED_LOCATIONS": ",".join(body["storage_allowed_locations"]),
                "STORAGE_AWS_IAM_USER_ARN": "arn:aws:iam::999999999999:user/abc1-b-self1234",
                "STORAGE_AWS_ROLE_ARN": body["storage_aws_role_arn"],
                "STORAGE_AWS_EXTERNAL_ID": body["storage_aws_external_id"],
            }.items()
        ]
    for body in bodies("snowflake_external_volume"):
        (location,) = body["storage_location"]
        described = {
            "NAME": location["storage_location_name"],
            "STORAGE_PROVIDER": "S3",
            "STORAGE_BASE_URL": location["storage_base_url"],
            "STORAGE_AWS_ROLE_ARN": location["storage_aws_role_arn"],
            "STORAGE_AWS_IAM_USER_ARN": "arn:aws:iam::999999999999:user/abc1-b-self1234",
            "STORAGE_AWS_EXTERNAL_ID": "ACMEORG_SFCRole=1_abc",
            "ENCRYPTION_TYPE": "NONE",
        }
        answers[rf"DESCRIBE EXTERNAL VOLUME {body['name']}"] = [
            {"parent_property": parent, "property": key, "property_value": value}
            for parent, key, value in (
                ("", "ALLOW_WRITES", body["allow_writes"]),
                ("STORAGE_LOCATIONS", "STORAGE_LOCATION_1", json.dumps(described)),
                ("STORAGE_LOCATIONS", "ACTIVE", location["storage_location_name"]),
            )
        ]
    for kind, letters, resource in (
        ("STORAGE INTEGRATIONS", "SI", "snowflake_storage_integration"),
        ("EXTERNAL VOLUMES", "EV", "snowflake_external_volume"),
    ):
        answers[f"SHOW {kind} LIKE '{letters}_ACME_DEV%'"] = [{"name": body["name"]} for body in bodies(resource)]
    executes = [body["execute"] for body in bodies("snowflake_execute")]
    answers.update(
        catalog_integration_rows([text for text in executes if text.startswith("CREATE CATALOG INTEGRATION")])
    )
    answers.update(policy_rows(found))
    answers.update(tag_rows(found))
    for body in bodies("snowflake_execute"):
        answers.setdefault(re.escape(body["query"]), [{"name": "exists"}])
    return answers


def without(name: str) -> Any:
    """Return a change that removes the rows with a value."""
    return lambda rows: [row for row in rows if name not in row.values()]


def with_row(**row: Any) -> Any:
    """Return a change that adds a row."""
    return lambda rows: [*rows, row]


def with_value(name: str, **values: Any) -> Any:
    """Return a change that sets values in the rows with a value."""
    return lambda rows: [{**row, **values} if name in row.values() else row for row in rows]
