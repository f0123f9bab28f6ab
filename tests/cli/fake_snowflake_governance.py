"""Rows of the fake account for catalog integrations, policies and tags, as declared."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Rows = list[dict[str, Any]]


def catalog_integration_rows(executes: Sequence[str]) -> dict[str, Rows | str]:
    """Return the rows of catalog integrations, with role and catalog as `{KEY=value, …}`."""
    answers: dict[str, Rows | str] = {}
    names = []
    for text in executes:
        settings = {key: quoted or label for key, quoted, label in re.findall(r"(\w+) = (?:'([^']*)'|(\w+))", text)}
        (name,) = re.findall(r"IF NOT EXISTS (\w+)", text)
        names.append({"name": name, "type": "CATALOG", "category": "CATALOG", "enabled": "true"})
        config = ("CATALOG_URI", "CATALOG_NAME", "CATALOG_API_TYPE")
        authentication = ("TYPE", "SIGV4_IAM_ROLE", "SIGV4_SIGNING_REGION")
        inside = [", ".join(f"{key}={settings[key]}" for key in keys) for keys in (config, authentication)]
        answers[re.escape(f"DESCRIBE CATALOG INTEGRATION {name}")] = [
            {"property": key, "property_type": "String", "property_value": value, "property_default": ""}
            for key, value in {
                "ENABLED": "true",
                "CATALOG_SOURCE": settings["CATALOG_SOURCE"],
                "TABLE_FORMAT": "ICEBERG",
                "REST_CONFIG": f"{{{inside[0]}}}",
                "REST_AUTHENTICATION": f"{{{inside[1]}}}",
                "API_AWS_IAM_USER_ARN": "arn:aws:iam::999999999999:user/abc1-b-self1234",
                "API_AWS_EXTERNAL_ID": settings["SIGV4_EXTERNAL_ID"],
            }.items()
        ]
    answers["SHOW CATALOG INTEGRATIONS LIKE 'CI_ACME_DEV%'"] = names
    return answers


_KINDS = (("MASKING", "snowflake_masking_policy"), ("ROW ACCESS", "snowflake_row_access_policy"))


def policy_rows(found: Sequence[Any]) -> dict[str, Rows | str]:
    """Return the rows of masking and row access policies: bodies, and attachments by policy and by object."""
    answers: dict[str, Rows | str] = {}
    on = list(_attached(found))
    for label, kind in _KINDS:
        bodies = [resource.body for resource in found if resource.kind == kind]
        for database in _databases(found):
            answers[f'SHOW {label} POLICIES IN DATABASE "{database}"'] = [
                {
                    "name": resource["name"],
                    "database_name": database,
                    "schema_name": resource["schema"],
                    "kind": f"{label}_POLICY",
                }
                for resource in bodies
                if resource["database"] == database
            ]
        for resource in bodies:
            answers[f"DESCRIBE {label} POLICY {_full(resource)}"] = [
                # Snowflake may keep line breaks; verify ignores white space.
                {
                    "name": resource["name"],
                    "signature": "(VAL ANY)",
                    "return_type": "ANY",
                    "body": f"{resource['body']}\n",
                }
            ]
            answers[_references(f"POLICY_NAME => '{_full(resource)}'")] = [
                row for row in on if _policy(row) == _full(resource)
            ]
    for resource in found:
        if resource.kind == "snowflake_tag":
            answers[_references(f"REF_ENTITY_NAME => '{_full(resource.body)}', REF_ENTITY_DOMAIN => 'TAG'")] = [
                row
                for row in on
                if row["REF_ENTITY_DOMAIN"] == "TAG" and row["REF_ENTITY_NAME"] == resource.body["name"]
            ]
    for table in _tables(found):
        # For a table Snowflake also lists the masks that its columns get from a tag.
        by_tag = {**_reference("ACME_DEV_GOVERNANCE.ACCESS.MASK_VARCHAR", table, "TABLE"), "TAG_NAME": "CLASSIFICATION"}
        answers[_references(f"REF_ENTITY_NAME => '{table}', REF_ENTITY_DOMAIN => 'TABLE'")] = [
            *(row for row in on if table.endswith(f".{row['REF_ENTITY_NAME']}") and row["REF_ENTITY_DOMAIN"] != "TAG"),
            {**by_tag, "REF_COLUMN_NAME": "CUSTOMER_EMAIL"},
        ]
    # Undeclared policies have no attachments by default.
    answers[r'SELECT \* FROM TABLE\("\w+"\.INFORMATION_SCHEMA\.POLICY_REFERENCES\(POLICY_NAME => \'[\w.]+\'\)\)'] = []
    return answers


def _attached(found: Sequence[Any]) -> Iterator[dict[str, Any]]:
    for resource in found:
        for policy in resource.body.get("masking_policies", []) if resource.kind == "snowflake_tag" else []:
            yield _reference(policy.replace('"', ""), _full(resource.body), "TAG")
        rows = re.match(
            r"ALTER ICEBERG TABLE (\S+) ADD ROW ACCESS POLICY (\S+) ON \((.+)\)", str(resource.body.get("execute"))
        )
        if rows:
            table, policy = (rows[part].replace('"', "") for part in (1, 2))
            names = ", ".join(f'"{name}"' for name in rows[3].split(", "))
            # Snowflake returns ICEBERG_TABLE for every requested domain.
            yield {**_reference(policy, table, "ICEBERG_TABLE"), "REF_ARG_COLUMN_NAMES": f"[ {names} ]"}


def _reference(policy: str, entity: str, domain: str) -> dict[str, Any]:
    row: dict[str, Any] = dict(zip(("POLICY_DB", "POLICY_SCHEMA", "POLICY_NAME"), policy.split("."), strict=True))
    row |= dict(zip(("REF_DATABASE_NAME", "REF_SCHEMA_NAME", "REF_ENTITY_NAME"), entity.split("."), strict=True))
    return {**row, "REF_ENTITY_DOMAIN": domain, "REF_COLUMN_NAME": None, "REF_ARG_COLUMN_NAMES": None, "TAG_NAME": None}


def _policy(row: Mapping[str, Any]) -> str:
    return f"{row['POLICY_DB']}.{row['POLICY_SCHEMA']}.{row['POLICY_NAME']}"


def _references(arguments: str) -> str:
    return rf'SELECT \* FROM TABLE\("\w+"\.INFORMATION_SCHEMA\.POLICY_REFERENCES\({re.escape(arguments)}\)\)'


def tag_rows(found: Sequence[Any]) -> dict[str, Rows | str]:
    """Return the rows of tags, allowed values and assignments, including inherited ones."""
    answers: dict[str, Rows | str] = {}
    tags = [resource.body for resource in found if resource.kind == "snowflake_tag"]
    for database in _databases(found):
        answers[f'SHOW TAGS IN DATABASE "{database}"'] = [
            {
                "name": resource["name"],
                "database_name": database,
                "schema_name": resource["schema"],
                "allowed_values": json.dumps(resource["allowed_values"]),
            }
            for resource in tags
            if resource["database"] == database
        ]
    put: dict[str, list[tuple[str, str]]] = {}
    for resource in found:
        for name in resource.body["object_identifiers"] if resource.kind == "snowflake_tag_association" else []:
            put.setdefault(name.replace('"', ""), []).append(
                (resource.body["tag_id"].replace('"', ""), resource.body["tag_value"])
            )
    schemas = [
        f"{resource.body['database']}.{resource.body['name']}"
        for resource in found
        if resource.kind == "snowflake_schema"
    ]
    for name, domain in (
        *((resource, "DATABASE") for resource in _databases(found)),
        *((resource, "SCHEMA") for resource in schemas),
        *((resource, "TABLE") for resource in _tables(found)),
    ):
        # Tables and schemas also list inherited tags with the level of their origin.
        above = [_tag(tag, value, "SCHEMA", domain) for tag, value in put.get(name.rpartition(".")[0], [])]
        own = [_tag(tag, value, domain, domain) for tag, value in put.get(name, [])]
        answers[_function("TAG_REFERENCES", name, domain)] = own + above
        if domain == "TABLE":
            answers[_function("TAG_REFERENCES_ALL_COLUMNS", name, domain)] = [
                *({**row, "DOMAIN": "COLUMN", "COLUMN_NAME": "ORDER_ID"} for row in above),
                *(
                    {**_tag(tag, value, "COLUMN", "COLUMN"), "COLUMN_NAME": column.rpartition(".")[2]}
                    for column, several in put.items()
                    if column.startswith(f"{name}.")
                    for tag, value in several
                ),
            ]
    return answers


def _tag(tag: str, value: str, level: str, domain: str) -> dict[str, Any]:
    row: dict[str, Any] = dict(zip(("TAG_DATABASE", "TAG_SCHEMA", "TAG_NAME"), tag.split("."), strict=True))
    return {**row, "TAG_VALUE": value, "LEVEL": level, "DOMAIN": domain, "COLUMN_NAME": None}


def _function(function: str, name: str, domain: str) -> str:
    return rf"SELECT \* FROM TABLE\(\"\w+\"\.INFORMATION_SCHEMA\.{function}\('{re.escape(name)}', '{domain}'\)\)"


def _databases(found: Sequence[Any]) -> list[str]:
    return [resource.body["name"] for resource in found if resource.kind == "snowflake_database"]


def _tables(found: Sequence[Any]) -> list[str]:
    shared = (
        re.match(r"CREATE ICEBERG TABLE IF NOT EXISTS (\S+)", str(resource.body.get("execute"))) for resource in found
    )
    return [
        *(match[1].replace('"', "") for match in shared if match),
        *(_full(resource.body) for resource in found if resource.kind == "snowflake_table"),
    ]


def _full(body: Mapping[str, Any]) -> str:
    return f"{body['database']}.{body['schema']}.{body['name']}"
