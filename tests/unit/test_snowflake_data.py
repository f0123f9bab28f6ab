"""Access to the lake from Snowflake: integrations, volumes, stages and pipes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from snowflake_stack_builder import schema, stack

from lakekit.errors import ConstructError
from lakekit.snowflake import (
    ExternalVolume,
    FileFormat,
    Format,
    GlueCatalogIntegration,
    Pipe,
    S3EventTopic,
    SnowflakeStack,
    Stage,
    StorageIntegration,
)
from lakekit.testing import resources
from nonempty import nonempty


def test_an_integration_and_its_role_are_made_in_one_apply() -> None:
    template = stack(lambda s: StorageIntegration(s, "Files", zones=["landing"]))
    (integration,) = resources(template, "snowflake_storage_integration").values()
    (role,) = resources(template, "aws_iam_role").values()
    assert integration["storage_aws_role_arn"] == f"arn:aws:iam::111111111111:role/{role['name']}"
    assert integration["storage_allowed_locations"] == ["s3://acme-dev-lake-landing-111111111111-eu-west-1/"]
    (trust,) = json.loads(role["assume_role_policy"])["Statement"]
    assert trust["Principal"]["AWS"].startswith("${snowflake_storage_integration.Files_Integration_")
    assert trust["Condition"] == {"StringEquals": {"sts:ExternalId": integration["storage_aws_external_id"]}}


def test_the_role_reads_its_zone_and_its_key_and_nothing_else() -> None:
    template = stack(lambda s: StorageIntegration(s, "Files", zones=["landing"]))
    (policy,) = resources(template, "aws_iam_role_policy").values()
    statements = json.loads(policy["policy"])["Statement"]
    actions = {
        action
        for one in statements
        for action in ([one["Action"]] if isinstance(one["Action"], str) else one["Action"])
    }
    assert not [action for action in nonempty(actions) if "Put" in action or "Delete" in action or action.endswith("*")]
    places = [
        place
        for one in statements
        for place in ([one["Resource"]] if isinstance(one["Resource"], str) else one["Resource"])
    ]
    assert all("landing" in place or place.startswith("arn:aws:kms:") for place in nonempty(places))


def test_external_ids_differ_and_stay_the_same() -> None:
    def ids(s: SnowflakeStack) -> None:
        StorageIntegration(s, "Files", zones=["landing"])
        StorageIntegration(s, "Other", zones=["landing"])

    first, second = (
        [one["storage_aws_external_id"] for one in resources(stack(ids), "snowflake_storage_integration").values()]
        for _ in range(2)
    )
    assert first == second
    assert len(set(first)) == 2


def test_a_volume_reads_and_takes_the_external_id_that_snowflake_makes() -> None:
    template = stack(lambda s: ExternalVolume(s, "Curated"))
    (volume,) = resources(template, "snowflake_external_volume").values()
    assert volume["allow_writes"] == "false"
    (location,) = volume["storage_location"]
    (role,) = resources(template, "aws_iam_role").values()
    assert location["storage_aws_role_arn"].endswith(f":role/{role['name']}")
    (trust,) = json.loads(role["assume_role_policy"])["Statement"]
    for reference in (trust["Principal"]["AWS"], trust["Condition"]["StringEquals"]["sts:ExternalId"]):
        name = reference.removeprefix("${local.").removesuffix("}")
        assert "snowflake_external_volume.Curated" in template["locals"][name]


def test_expiring_zone_has_no_tables() -> None:
    with pytest.raises(ConstructError, match="the zone landing holds no tables"):
        stack(lambda s: ExternalVolume(s, "Landing"))


def test_the_catalog_is_looked_up_and_not_read() -> None:
    template = stack(lambda s: GlueCatalogIntegration(s, "Catalog"))
    (sql,) = resources(template, "snowflake_execute").values()
    (role,) = resources(template, "aws_iam_role").values()
    assert f"SIGV4_IAM_ROLE = 'arn:aws:iam::111111111111:role/{role['name']}'" in sql["execute"]
    assert "CATALOG_URI = 'https://glue.eu-west-1.amazonaws.com/iceberg'" in sql["execute"]
    (trust,) = json.loads(role["assume_role_policy"])["Statement"]
    assert trust["Condition"]["StringEquals"]["sts:ExternalId"] in sql["execute"]
    (policy,) = resources(template, "aws_iam_role_policy").values()
    assert "s3:" not in policy["policy"]
    for grant in nonempty(resources(template, "aws_lakeformation_permissions").values()):
        assert grant["permissions"] == ["DESCRIBE"]


def landing(s: SnowflakeStack, kind: Format = Format.JSON, **stage: Any) -> Stage:
    made = schema(s)
    files = StorageIntegration(s, "Files", zones=["landing"])
    given = {"zone": "landing", "prefix": "orders/", **stage}
    return Stage(
        s,
        "Events",
        schema=made,
        integration=files,
        file_format=FileFormat(s, "Format", schema=made, format=kind),
        **given,
    )


def pipe(s: SnowflakeStack, kind: Format = Format.JSON) -> None:
    stage = landing(s, kind)
    Pipe(
        s,
        "OrderEvents",
        schema=s.node.find_child("Orders"),
        stage=stage,
        events=S3EventTopic(s, "Zone", zone="landing"),
    )


def test_formats_refuse_what_is_malformed() -> None:
    (csv,) = resources(stack(lambda s: landing(s, Format.CSV)), "snowflake_file_format").values()
    assert csv["error_on_column_count_mismatch"] is True
    assert csv["replace_invalid_characters"] is False


@pytest.mark.parametrize(
    ("stage", "problem"),
    [
        ({"zone": "raw"}, "does not read zone 'raw'; it reads landing"),
        ({"prefix": ""}, "'' is not a folder"),
        ({"prefix": "/x"}, "is not a folder"),
        ({"prefix": "x*"}, "is not a folder"),
    ],
)
def test_a_stage_is_a_folder_of_a_zone_that_is_read(stage: dict[str, str], problem: str) -> None:
    with pytest.raises(ConstructError, match=problem):
        stack(lambda s: landing(s, **stage))


def test_pipe_loads_from_zone_events() -> None:
    template = stack(pipe)
    (made,) = resources(template, "snowflake_pipe").values()
    (topic,) = resources(template, "aws_sns_topic").values()
    assert made["auto_ingest"] is True
    assert made["aws_sns_topic_arn"] == f"arn:aws:sns:eu-west-1:111111111111:{topic['name']}"
    assert made["copy_statement"].endswith('FROM @"ACME_DEV_CURATED"."SALES_ORDERS"."EVENTS") ON_ERROR = SKIP_FILE')
    (rule,) = resources(template, "aws_cloudwatch_event_rule").values()
    pattern = json.loads(rule["event_pattern"])
    assert pattern["detail"] == {"bucket": {"name": ["acme-dev-lake-landing-111111111111-eu-west-1"]}}
    (table,) = resources(template, "snowflake_table").values()
    assert [one["name"] for one in table["column"]] == ["RECORD", "FILE_NAME", "FILE_ROW", "LOADED_AT"]


def test_the_rule_publishes_as_a_role_and_only_a_queue_subscribes() -> None:
    """EventBridge sends no source account to a topic or its key: a condition on it would never hold."""
    template = stack(pipe)
    (policy,) = resources(template, "aws_sns_topic_policy").values()
    statements = {one["Sid"]: one for one in json.loads(policy["policy"])["Statement"]}
    assert set(statements) == {"Subscribe", "DenyPlainHttp"}
    assert statements["Subscribe"]["Condition"] == {"StringEquals": {"sns:Protocol": "sqs"}}
    (key,) = resources(template, "aws_kms_key").values()
    assert "events.amazonaws.com" not in key["policy"]
    (target,) = resources(template, "aws_cloudwatch_event_target").values()
    roles = {one["name"]: one for one in resources(template, "aws_iam_role").values()}
    name = target["role_arn"].rpartition("/")[2]
    (trust,) = json.loads(roles[name]["assume_role_policy"])["Statement"]
    assert trust["Principal"] == {"Service": "events.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": "111111111111"}}
    (topic,) = resources(template, "aws_sns_topic").values()
    (grants,) = [one for one in resources(template, "aws_iam_role_policy").values() if "sns:Publish" in one["policy"]]
    allowed = {one["Sid"]: one for one in json.loads(grants["policy"])["Statement"]}
    assert allowed["Publish"]["Resource"].endswith(f":{topic['name']}")
    assert allowed["UseKey"]["Condition"]["StringEquals"] == {"kms:ViaService": "sns.eu-west-1.amazonaws.com"}
    assert allowed["UseKey"]["Condition"]["ForAnyValue:StringEquals"]["kms:ResourceAliases"].startswith("alias/")


def test_csv_has_no_record() -> None:
    with pytest.raises(ConstructError, match="holds CSV, whose rows do not fit"):
        stack(lambda s: pipe(s, Format.CSV))
