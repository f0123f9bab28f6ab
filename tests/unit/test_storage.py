"""Zones and lakes: what production gets without asking, what can be asked, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from one_stack import stack

from lakekit.access import ServiceRole
from lakekit.environment import ZoneSettings
from lakekit.errors import ConstructError
from lakekit.storage import DataLake, EncryptionKey, Zone, ZoneReference
from lakekit.testing import Template, resources

PROD = {"environment": "prod", "tier": "prod", "account_id": "333333333333"}


@pytest.fixture(scope="module")
def lake() -> Template:
    return stack(lambda s: DataLake(s, "Lake"), **PROD)


def policy(template: Template, path: str) -> list[dict[str, Any]]:
    statements: list[dict[str, Any]] = json.loads(resources(template, "aws_s3_bucket_policy")[path]["policy"])[
        "Statement"
    ]
    return statements


def test_a_lake_has_the_four_zones_and_a_log_bucket(lake: Template) -> None:
    assert {bucket["bucket"] for bucket in resources(lake, "aws_s3_bucket").values()} == {
        f"acme-prod-{name}-333333333333-eu-west-1"
        for name in ("lake-landing", "lake-raw", "lake-curated", "lake-consumption", "logs")
    }


def test_a_zone_s_bucket_says_what_is_in_it(lake: Template) -> None:
    tags = {bucket["bucket"]: bucket["tags"] for bucket in resources(lake, "aws_s3_bucket").values()}
    assert tags["acme-prod-lake-curated-333333333333-eu-west-1"] == {
        "content": "tables",
        "zone": "curated",
        "classification": "internal",
    }
    assert tags["acme-prod-logs-333333333333-eu-west-1"] == {"content": "logs"}


def test_production_buckets_cannot_be_destroyed(lake: Template) -> None:
    for bucket in resources(lake, "aws_s3_bucket").values():
        assert bucket["lifecycle"]["prevent_destroy"] is True
        assert bucket["force_destroy"] is False
    for key in resources(lake, "aws_kms_key").values():
        assert key["lifecycle"]["prevent_destroy"] is True
        assert key["deletion_window_in_days"] == 30
        assert key["enable_key_rotation"] is True


@pytest.mark.parametrize(
    "kind",
    [
        "aws_s3_bucket_public_access_block",
        "aws_s3_bucket_ownership_controls",
        "aws_s3_bucket_versioning",
        "aws_s3_bucket_server_side_encryption_configuration",
        "aws_s3_bucket_lifecycle_configuration",
        "aws_s3_bucket_policy",
    ],
)
def test_every_bucket_has_every_door_shut(lake: Template, kind: str) -> None:
    assert len(resources(lake, kind)) == len(resources(lake, "aws_s3_bucket"))


def test_zones_are_logged_announced_and_inventoried(lake: Template) -> None:
    assert len(resources(lake, "aws_s3_bucket_logging")) == 4
    assert all(event["eventbridge"] is True for event in resources(lake, "aws_s3_bucket_notification").values())
    assert len(resources(lake, "aws_s3_bucket_inventory")) == 4


def test_wrong_and_missing_keys_are_refused_but_no_header_is_fine(lake: Template) -> None:
    doors = {statement["Sid"]: statement for statement in policy(lake, "Lake/Raw/Data/Policy")}
    assert set(doors) == {
        "DenyPlainHttp",
        "DenyOldTls",
        "DenyCustomerKeys",
        "DenyOtherEncryption",
        "DenyOtherKeys",
        "DenyMissingKey",
    }
    key = "s3:x-amz-server-side-encryption-aws-kms-key-id"
    assert doors["DenyOtherKeys"]["Condition"]["Null"] == {key: "false"}
    assert doors["DenyOtherKeys"]["Condition"]["StringNotEquals"][key].startswith("${aws_kms_key.")
    assert doors["DenyMissingKey"]["Condition"]["Null"] == {key: "true"}
    for door in doors.values():
        assert (door["Effect"], door["Principal"]) == ("Deny", "*")


def test_lifecycles_spare_live_data(lake: Template) -> None:
    for path, lifecycle in resources(lake, "aws_s3_bucket_lifecycle_configuration").items():
        for rule in lifecycle["rule"]:
            for transition in rule.get("transition", []):
                assert transition["storage_class"] == "INTELLIGENT_TIERING"
            for expiration in rule.get("expiration", []):
                assert "days" not in expiration or "/Landing/" in path or "/Logs/" in path


def test_the_log_bucket_takes_logs_of_this_account_alone(lake: Template) -> None:
    delivered = {s["Sid"]: s for s in policy(lake, "Lake/Logs/Logs/Policy") if s["Effect"] == "Allow"}
    assert set(delivered) == {"DeliverAccessLogs", "DeliverInventories"}
    for statement in delivered.values():
        assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": "333333333333"}


def test_one_key_per_lake_or_per_zone() -> None:
    def count(**lake: Any) -> int:
        return len(resources(stack(lambda s: DataLake(s, "Lake"), lake=lake), "aws_kms_key"))

    assert count() == 1
    assert count(keys="per-zone") == 4
    assert count(zones={"bronze": {}, "gold": {}}) == 1


def test_any_number_of_zones() -> None:
    template = stack(lambda s: DataLake(s, "Lake"), lake={"zones": {"bronze": {}, "gold-eu": {}}})
    assert set(resources(template, "aws_s3_bucket")) == {
        "Lake/Logs/Logs/Bucket",
        "Lake/Bronze/Data/Bucket",
        "Lake/GoldEu/Data/Bucket",
    }


def test_sandbox_is_disposable_and_dev_on_demand() -> None:
    def destroyed(settings: ZoneSettings | None, **changes: Any) -> bool:
        template = stack(lambda s: Zone(s, "Raw", settings=settings), **changes)
        force: bool = resources(template, "aws_s3_bucket")["Raw/Data/Bucket"]["force_destroy"]
        return force

    assert destroyed(None, tier="sandbox")
    assert not destroyed(ZoneSettings(disposable=False), tier="sandbox")
    assert not destroyed(None, tier="dev")
    assert destroyed(ZoneSettings(disposable=True), tier="dev")


@pytest.mark.parametrize("tier", ["staging", "prod"])
def test_data_above_dev_has_no_second_key(tier: str) -> None:
    with pytest.raises(ConstructError, match=f"disposable=True in tier {tier}"):
        stack(lambda s: Zone(s, "Raw", settings=ZoneSettings(disposable=True)), tier=tier)


def grants(template: Template, path: str) -> dict[str, dict[str, Any]]:
    text = resources(template, "aws_iam_role_policy")[path]["policy"]
    return {statement["Sid"]: statement for statement in json.loads(text)["Statement"]}


def test_a_grant_writes_objects_list_and_key_together() -> None:
    def build(s: Any) -> None:
        role = ServiceRole(s, "Job", service="glue", description="d")
        Zone(s, "Raw").grant_read(role, "orders")

    given = grants(stack(build), "Job/Grants")
    bucket = "arn:aws:s3:::acme-dev-lake-raw-111111111111-eu-west-1"
    assert given["ReadRawObjects"]["Resource"] == f"{bucket}/orders/*"
    assert "s3:PutObject" not in given["ReadRawObjects"]["Action"]
    assert given["ReadRawList"]["Condition"] == {"StringLike": {"s3:prefix": ["orders/", "orders/*"]}}
    assert given["ReadRawKey"]["Condition"]["ForAnyValue:StringEquals"] == {
        "kms:ResourceAliases": "alias/acme-dev-lake-raw"
    }
    assert "kms:GenerateDataKey" not in given["ReadRawKey"]["Action"]


def test_write_and_admin_add_to_read() -> None:
    def build(s: Any) -> None:
        zone = Zone(s, "Raw")
        zone.grant_write("writer")
        zone.grant_admin("arn:aws:iam::111111111111:role/path/keeper")
        zone.grant_write("writer")

    template = stack(build)
    writer = grants(template, "Raw/RoleWriter/Grants")
    assert {"s3:PutObject", "s3:DeleteObject", "s3:GetObject"} <= set(writer["WriteRawObjects"]["Action"])
    assert "s3:DeleteObjectVersion" not in writer["WriteRawObjects"]["Action"]
    assert len(writer) == 4
    keeper = grants(template, "Raw/RoleKeeper/Grants")
    assert "s3:DeleteObjectVersion" in keeper["AdminRawObjects"]["Action"]
    roles = {given["role"] for given in resources(template, "aws_iam_role_policy").values()}
    assert roles == {"writer", "keeper"}


def test_another_stack_grants_by_name_alone() -> None:
    def build(s: Any) -> None:
        ZoneReference(s, "Curated").grant_read(ServiceRole(s, "Job", service="glue", description="d"), "orders/")

    given = grants(stack(build), "Job/Grants")
    bucket = "arn:aws:s3:::acme-dev-lake-curated-111111111111-eu-west-1"
    assert given["ReadCuratedObjects"]["Resource"] == f"{bucket}/orders/*"
    conditions = given["ReadCuratedKey"]["Condition"]["ForAnyValue:StringEquals"]
    assert conditions == {"kms:ResourceAliases": "alias/acme-dev-lake"}


def test_another_account_is_let_in_by_bucket_and_key() -> None:
    stranger = "arn:aws:iam::999999999999:role/reader"
    template = stack(lambda s: Zone(s, "Raw").share_with(stranger, "orders"))
    shared = [s for s in policy(template, "Raw/Data/Policy") if s["Effect"] == "Allow"]
    assert {s["Principal"]["AWS"] for s in shared} == {stranger}
    assert shared[0]["Resource"].endswith("/orders/*")
    key = json.loads(resources(template, "aws_kms_key")["Raw/Key/Key"]["policy"])["Statement"]
    assert key[-1]["Principal"] == {"AWS": stranger}


@pytest.mark.parametrize("prefix", ["/orders", "or*", "a//b", "a?"])
def test_a_malformed_prefix_is_refused(prefix: str) -> None:
    with pytest.raises(ConstructError, match="is not a prefix"):
        stack(lambda s: Zone(s, "Raw").grant_read("reader", prefix))


@pytest.mark.parametrize(
    ("grantee", "problem"),
    [
        ("arn:aws:iam::999999999999:role/reader", "not a role of account 111111111111"),
        ("arn:aws:iam::111111111111:user/me", "not a role of account"),
    ],
)
def test_only_roles_of_this_account_are_granted_to(grantee: str, problem: str) -> None:
    with pytest.raises(ConstructError, match=problem):
        stack(lambda s: Zone(s, "Raw").grant_read(grantee))


@pytest.mark.parametrize(
    ("principal", "prefix"),
    [
        ("arn:aws:iam::999999999999:root", "orders"),
        ("*", "orders"),
        ("arn:aws:iam::999999999999:role/*", "orders"),
        ("arn:aws:iam::999999999999:role/reader", ""),
        ("arn:aws:iam::999999999999:role/reader", "/"),
    ],
)
def test_a_zone_is_shared_with_one_role_and_one_prefix(principal: str, prefix: str) -> None:
    with pytest.raises(ConstructError, match="cannot share"):
        stack(lambda s: Zone(s, "Raw").share_with(principal, prefix))


def test_a_reference_to_no_zone_is_refused() -> None:
    with pytest.raises(ConstructError, match="has no zone 'gold'; it has landing, raw, curated, consumption"):
        stack(lambda s: ZoneReference(s, "Gold"))


def test_a_policy_that_iam_would_refuse_is_refused_here() -> None:
    def build(s: Any) -> None:
        role = ServiceRole(s, "Job", service="glue", description="d")
        zone = Zone(s, "Raw")
        for number in range(40):
            zone.grant_read(role, f"orders/{number:060}")

    with pytest.raises(ConstructError, match="IAM allows 10240"):
        stack(build)


def test_the_account_administers_a_key_and_uses_it_through_services_alone() -> None:
    def build(scope: Any) -> None:
        EncryptionKey(scope, "Lake", words=("lake",), description="Encrypts the lake")
        EncryptionKey(scope, "Disks", words=("disks",), description="Encrypts disks", direct=True)

    keys = resources(stack(build), "aws_kms_key")
    lake, disks = (json.loads(keys[f"{name}/Key"]["policy"])["Statement"] for name in ("Lake", "Disks"))
    assert not {"kms:*", "kms:Decrypt", "kms:CreateGrant"} & set(lake[0]["Action"])
    assert "kms:Decrypt" in lake[1]["Action"]
    assert lake[1]["Condition"]["StringLike"] == {"kms:ViaService": "*.eu-west-1.amazonaws.com"}
    assert "Condition" not in disks[1]
    assert keys["Disks/Key"]["tags"]["use"] == "direct"
    assert "use" not in (keys["Lake/Key"].get("tags") or {})
