"""Compare storage integrations, catalog integrations and external volumes, with their IAM roles."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from lakekit.access_matrix.stacks import Resource
from lakekit_cli.snowflake.drift import Drift, compare, compare_properties, objects_with_prefix
from lakekit_cli.snowflake.session import Session

_CATALOG: Final = re.compile(r"CREATE CATALOG INTEGRATION IF NOT EXISTS (\w+) ")
_SETTING: Final = re.compile(r"(\w+) = (?:'((?:[^']|'')*)'|(\w+))")


def integrations(session: Session, found: Sequence[Resource], prefix: str) -> list[Drift]:
    """Compare storage integrations in both directions: role, external ID and allowed locations."""
    declared = {
        resource.body["name"]: resource.body for resource in found if resource.kind == "snowflake_storage_integration"
    }
    live = objects_with_prefix(session, "STORAGE INTEGRATIONS", f"SI_{prefix}")
    drift = compare("storage integration", set(declared), set(live))
    for name in sorted(set(declared) & set(live)):
        body = declared[name]
        shown = _describe(session, f"DESCRIBE STORAGE INTEGRATION {name}")
        expected = {
            "ENABLED": "true",
            "STORAGE_AWS_ROLE_ARN": body["storage_aws_role_arn"],
            "STORAGE_AWS_EXTERNAL_ID": body["storage_aws_external_id"],
            "STORAGE_ALLOWED_LOCATIONS": ",".join(sorted(body["storage_allowed_locations"])),
        }
        shown["STORAGE_ALLOWED_LOCATIONS"] = ",".join(sorted(shown.get("STORAGE_ALLOWED_LOCATIONS", "").split(",")))
        drift += compare_properties(f"storage integration {name}", expected, shown)
    return drift


def catalogs(session: Session, found: Sequence[Resource], prefix: str) -> list[Drift]:
    """Compare catalog integrations in both directions: catalog, role and external ID.

    DESCRIBE shows catalog and role inside REST_CONFIG and REST_AUTHENTICATION, each as `{KEY=value, …}`; the external
    ID is a property of its own.
    """
    executes = [str(resource.body["execute"]) for resource in found if resource.kind == "snowflake_execute"]
    declared = {match[1]: text for text in executes if (match := _CATALOG.match(text))}
    live = objects_with_prefix(session, "CATALOG INTEGRATIONS", f"CI_{prefix}")
    drift = compare("catalog integration", set(declared), set(live))
    for name in sorted(set(declared) & set(live)):
        declared_settings = {key: quoted or plain for key, quoted, plain in _SETTING.findall(declared[name])}
        shown = _describe(session, f"DESCRIBE CATALOG INTEGRATION {name}")
        inside = {**_pairs(shown.get("REST_CONFIG", "")), **_pairs(shown.get("REST_AUTHENTICATION", ""))}
        expected = {
            "API_AWS_EXTERNAL_ID": declared_settings["SIGV4_EXTERNAL_ID"],
            **{
                key: declared_settings[key]
                for key in (
                    "CATALOG_SOURCE",
                    "ENABLED",
                    "CATALOG_URI",
                    "CATALOG_NAME",
                    "SIGV4_IAM_ROLE",
                    "SIGV4_SIGNING_REGION",
                )
            },
        }
        drift += compare_properties(f"catalog integration {name}", expected, {**shown, **inside})
    return drift


def volumes(session: Session, found: Sequence[Resource], prefix: str) -> list[Drift]:
    """Compare external volumes in both directions: location, role and ALLOW_WRITES."""
    declared = {
        resource.body["name"]: resource.body for resource in found if resource.kind == "snowflake_external_volume"
    }
    live = objects_with_prefix(session, "EXTERNAL VOLUMES", f"EV_{prefix}")
    drift = compare("external volume", set(declared), set(live))
    for name in sorted(set(declared) & set(live)):
        body = declared[name]
        (location,) = body["storage_location"]
        shown = _describe(session, f"DESCRIBE EXTERNAL VOLUME {name}")
        # DESCRIBE shows each location as a JSON text.
        locations = [
            json.loads(text) for key, text in sorted(shown.items()) if re.fullmatch(r"STORAGE_LOCATION_\d+", key)
        ]
        drift += compare(
            f"external volume {name}: location",
            {str(location["storage_base_url"])},
            {str(entry.get("STORAGE_BASE_URL", "")) for entry in locations},
        )
        first: Mapping[str, Any] = next(
            (entry for entry in locations if entry.get("STORAGE_BASE_URL") == location["storage_base_url"]), {}
        )
        expected = {"ALLOW_WRITES": body["allow_writes"], "STORAGE_AWS_ROLE_ARN": location["storage_aws_role_arn"]}
        known = {"ALLOW_WRITES": shown.get("ALLOW_WRITES", ""), **{key: str(value) for key, value in first.items()}}
        drift += compare_properties(f"external volume {name}", expected, known)
    return drift


def _describe(session: Session, statement: str) -> dict[str, str]:
    return {str(row["property"]).upper(): str(row["property_value"] or "") for row in session.rows_if_exists(statement)}


def _pairs(text: str) -> dict[str, str]:
    parts = (part.partition("=") for part in text.strip().removeprefix("{").removesuffix("}").split(","))
    return {key.strip(): value.strip() for key, _, value in parts if key.strip()}
