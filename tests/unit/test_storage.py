"""Zones and lakes: defaults of production, options, and rejected input."""

from __future__ import annotations

import json
from typing import Any

import pytest
from stack_builder import stack

from lakekit.environment import ZoneSettings
from lakekit.errors import ConstructError
from lakekit.iam import ServiceRole
from lakekit.storage import DataLake, EncryptionKey, Zone, ZoneReference
from lakekit.testing import Template, resources
from nonempty import nonempty

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


def test_zone_bucket_has_classification_tags(lake: Template) -> None:
    tags = {bucket["bucket"]: bucket["tags"] for bucket in resources(lake, "aws_s3_bucket").values()}
    assert tags["acme-prod-lake-curated-333333333333-eu-west-1"] == {
        "content": "tables",
        "zone": "curated",
        "classification": "internal",
    }
    assert tags["acme-prod-logs-333333333333-eu-west-1"] == {"content": "logs"}


def test_production_buckets_cannot_be_destroyed(lake: Template) -> None:
    for bucket in nonempty(resources(lake, "aws_s3_bucket").values()):
        assert bucket["lifecycle"]["prevent_destroy"] is True
        assert bucket["force_destroy"] is False
    for key in nonempty(resources(lake, "aws_kms_key").values()):
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
def test_every_bucket_blocks_public_access(lake: Template, kind: str) -> None:
    assert len(resources(lake, kind)) == len(resources(lake, "aws_s3_bucket"))


def test_buckets_block_public_access_and_acls_and_are_versioned(lake: Template) -> None:
    buckets = resources(lake, "aws_s3_bucket")
    assert len(buckets) == 5
    for path in buckets:
        data = path.removesuffix("/Bucket")
        bucket = f"${{aws_s3_bucket.{buckets[path]['//']['metadata']['uniqueId']}.id}}"
        block = resources(lake, "aws_s3_bucket_public_access_block")[f"{data}/PublicAccessBlock"]
        assert {name: value for name, value in block.items() if name != "//"} == {
            "bucket": bucket,
            "block_public_acls": True,
            "block_public_policy": True,
            "ignore_public_acls": True,
            "restrict_public_buckets": True,
        }
        ownership = resources(lake, "aws_s3_bucket_ownership_controls")[f"{data}/Ownership"]
        assert (ownership["bucket"], ownership["rule"]) == (bucket, {"object_ownership": "BucketOwnerEnforced"})
        versioning = resources(lake, "aws_s3_bucket_versioning")[f"{data}/Versioning"]
        assert (versioning["bucket"], versioning["versioning_configuration"]) == (bucket, {"status": "Enabled"})
        lifecycle = resources(lake, "aws_s3_bucket_lifecycle_configuration")[f"{data}/Lifecycle"]
        assert (lifecycle["bucket"], lifecycle["transition_default_minimum_object_size"]) == (
            bucket,
            "all_storage_classes_128K",
        )
        assert resources(lake, "aws_s3_bucket_policy")[f"{data}/Policy"]["bucket"] == bucket


def test_zones_are_encrypted_with_the_lake_s_key_and_logs_with_that_of_s3(lake: Template) -> None:
    (key,) = resources(lake, "aws_kms_key").values()
    arn = f"${{aws_kms_key.{key['//']['metadata']['uniqueId']}.arn}}"
    rules = {
        path.removesuffix("/Data/Encryption").removesuffix("/Logs/Encryption"): made["rule"]
        for path, made in resources(lake, "aws_s3_bucket_server_side_encryption_configuration").items()
    }
    with_key = {"sse_algorithm": "aws:kms", "kms_master_key_id": arn}
    of_a_zone = [{"apply_server_side_encryption_by_default": with_key, "bucket_key_enabled": True}]
    of_logs = [{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}, "bucket_key_enabled": False}]
    assert rules == {
        **{f"Lake/{zone}": of_a_zone for zone in ("Landing", "Raw", "Curated", "Consumption")},
        "Lake/Logs": of_logs,
    }


def test_zones_have_logs_events_and_inventory(lake: Template) -> None:
    assert len(resources(lake, "aws_s3_bucket_logging")) == 4
    assert [event["eventbridge"] for event in resources(lake, "aws_s3_bucket_notification").values()] == [True] * 4
    assert len(resources(lake, "aws_s3_bucket_inventory")) == 4


def test_bucket_policy_denies_other_and_missing_keys_but_not_absent_headers(lake: Template) -> None:
    denials = {statement["Sid"]: statement for statement in policy(lake, "Lake/Raw/Data/Policy")}
    assert set(denials) == {
        "DenyPlainHttp",
        "DenyOldTls",
        "DenyCustomerKeys",
        "DenyOtherEncryption",
        "DenyOtherKeys",
        "DenyMissingKey",
    }
    bucket = "arn:aws:s3:::acme-prod-lake-raw-333333333333-eu-west-1"
    assert denials["DenyPlainHttp"]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert denials["DenyOldTls"]["Condition"] == {"NumericLessThan": {"s3:TlsVersion": "1.2"}}
    for sid in ("DenyPlainHttp", "DenyOldTls"):
        assert (denials[sid]["Action"], denials[sid]["Resource"]) == (
            "s3:*",
            [bucket, f"{bucket}/*"],
        )
    for sid in ("DenyCustomerKeys", "DenyOtherEncryption", "DenyOtherKeys", "DenyMissingKey"):
        assert (denials[sid]["Action"], denials[sid]["Resource"]) == (
            "s3:PutObject",
            f"{bucket}/*",
        )
    sse = "s3:x-amz-server-side-encryption"
    assert denials["DenyCustomerKeys"]["Condition"] == {"Null": {f"{sse}-customer-algorithm": "false"}}
    assert denials["DenyOtherEncryption"]["Condition"] == {
        "StringNotEquals": {sse: "aws:kms"},
        "Null": {sse: "false"},
    }
    assert denials["DenyMissingKey"]["Condition"]["StringEquals"] == {sse: "aws:kms"}
    key = "s3:x-amz-server-side-encryption-aws-kms-key-id"
    assert denials["DenyOtherKeys"]["Condition"]["Null"] == {key: "false"}
    assert denials["DenyOtherKeys"]["Condition"]["StringNotEquals"][key].startswith("${aws_kms_key.")
    assert denials["DenyMissingKey"]["Condition"]["Null"] == {key: "true"}
    for denial in denials.values():
        assert (denial["Effect"], denial["Principal"]) == ("Deny", "*")


def test_lifecycle_rules_keep_live_data(lake: Template) -> None:
    rules = {
        path.removeprefix("Lake/").partition("/")[0]: lifecycle["rule"]
        for path, lifecycle in resources(lake, "aws_s3_bucket_lifecycle_configuration").items()
    }
    classes = {
        one["storage_class"] for listed in rules.values() for rule in listed for one in rule.get("transition", [])
    }
    assert classes == {"INTELLIGENT_TIERING"}
    ending = {
        zone
        for zone, listed in rules.items()
        for rule in listed
        for expiration in rule.get("expiration", [])
        if "days" in expiration
    }
    assert set(rules) == {"Landing", "Raw", "Curated", "Consumption", "Logs"}
    assert ending == {"Landing", "Logs"}


def test_log_bucket_accepts_logs_of_this_account_only(lake: Template) -> None:
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


def test_buckets_allow_destroy_in_sandbox_and_in_dev_on_request() -> None:
    def destroyed(settings: ZoneSettings | None, **changes: Any) -> bool:
        template = stack(lambda s: Zone(s, "Raw", settings=settings), **changes)
        force: bool = resources(template, "aws_s3_bucket")["Raw/Data/Bucket"]["force_destroy"]
        return force

    assert destroyed(None, tier="sandbox")
    assert not destroyed(ZoneSettings(force_destroy=False), tier="sandbox")
    assert not destroyed(None, tier="dev")
    assert destroyed(ZoneSettings(force_destroy=True), tier="dev")


@pytest.mark.parametrize("tier", ["staging", "prod"])
def test_buckets_reject_force_destroy_above_dev(tier: str) -> None:
    with pytest.raises(ConstructError, match=f"force_destroy=True is not allowed in tier {tier}"):
        stack(lambda s: Zone(s, "Raw", settings=ZoneSettings(force_destroy=True)), tier=tier)


def grants(template: Template, path: str) -> dict[str, dict[str, Any]]:
    text = resources(template, "aws_iam_role_policy")[path]["policy"]
    return {statement["Sid"]: statement for statement in json.loads(text)["Statement"]}


READ_ACTIONS = ["s3:GetObject", "s3:GetObjectVersion"]
WRITE_ACTIONS = ["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
ADMIN_ACTIONS = ["s3:DeleteObjectVersion", "s3:RestoreObject", "s3:GetObjectTagging", "s3:PutObjectTagging"]


@pytest.mark.parametrize(
    ("verb", "objects", "key"),
    [
        ("read", READ_ACTIONS, ["kms:Decrypt", "kms:DescribeKey"]),
        ("write", READ_ACTIONS + WRITE_ACTIONS, ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"]),
        (
            "admin",
            READ_ACTIONS + WRITE_ACTIONS + ADMIN_ACTIONS,
            ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"],
        ),
    ],
)
@pytest.mark.parametrize("prefix", ["", "orders"])
def test_zone_grant_statements(verb: str, prefix: str, objects: list[str], key: list[str]) -> None:
    template = stack(lambda s: getattr(Zone(s, "Raw"), f"grant_{verb}")("job", prefix))
    (path,) = resources(template, "aws_iam_role_policy")
    given = grants(template, path)
    sid, bucket = f"{verb.capitalize()}Raw", "arn:aws:s3:::acme-dev-lake-raw-111111111111-eu-west-1"
    assert {name: (one["Action"], one["Resource"]) for name, one in given.items() if name != f"{sid}Key"} == {
        f"{sid}Objects": (objects, f"{bucket}/orders/*" if prefix else f"{bucket}/*"),
        f"{sid}List": (["s3:ListBucket", "s3:ListBucketVersions"], bucket),
        f"{sid}Location": ("s3:GetBucketLocation", bucket),
    }
    inside = {"StringLike": {"s3:prefix": ["orders/", "orders/*"]}}
    assert given[f"{sid}List"].get("Condition") == (inside if prefix else None)
    assert given[f"{sid}Key"]["Action"] == key
    assert {one["Effect"] for one in given.values()} == {"Allow"}


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
    writer = grants(template, "References/Role-writer/Grants")
    assert {"s3:PutObject", "s3:DeleteObject", "s3:GetObject"} <= set(writer["WriteRawObjects"]["Action"])
    assert "s3:DeleteObjectVersion" not in writer["WriteRawObjects"]["Action"]
    assert len(writer) == 4
    keeper = grants(template, "References/Role-keeper/Grants")
    assert "s3:DeleteObjectVersion" in keeper["AdminRawObjects"]["Action"]
    roles = {given["role"] for given in resources(template, "aws_iam_role_policy").values()}
    assert roles == {"writer", "keeper"}


def test_zone_reference_grants_by_name() -> None:
    def build(s: Any) -> None:
        ZoneReference(s, "Curated", "curated").grant_read(
            ServiceRole(s, "Job", service="glue", description="d"), "orders/"
        )

    given = grants(stack(build), "Job/Grants")
    bucket = "arn:aws:s3:::acme-dev-lake-curated-111111111111-eu-west-1"
    assert given["ReadCuratedObjects"]["Resource"] == f"{bucket}/orders/*"
    conditions = given["ReadCuratedKey"]["Condition"]["ForAnyValue:StringEquals"]
    assert conditions == {"kms:ResourceAliases": "alias/acme-dev-lake"}


def test_cross_account_grant_covers_bucket_and_key() -> None:
    stranger = "arn:aws:iam::999999999999:role/reader"

    def build(s: Any) -> None:
        zone = Zone(s, "Raw")
        zone.share_with(stranger, "orders")
        zone.share_with(stranger, "orders/")

    template = stack(build)
    shared = [s for s in policy(template, "Raw/Data/Policy") if s["Effect"] == "Allow"]
    assert [s["Sid"] for s in shared] == ["ShareReaderObjects", "ShareReaderList"]
    assert shared[0]["Action"] == ["s3:GetObject", "s3:GetObjectVersion"]
    assert shared[1]["Action"] == "s3:ListBucket"
    assert shared[1]["Condition"] == {"StringLike": {"s3:prefix": ["orders/", "orders/*"]}}
    assert {s["Principal"]["AWS"] for s in shared} == {stranger}
    assert shared[0]["Resource"].endswith("/orders/*")
    key = json.loads(resources(template, "aws_kms_key")["Raw/Key/Key"]["policy"])["Statement"]
    assert key[-1]["Principal"] == {"AWS": stranger}
    assert key[-1]["Action"] == ["kms:Decrypt", "kms:DescribeKey"]
    assert key[-1]["Condition"] == {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}


@pytest.mark.parametrize("prefix", ["/orders", "or*", "a//b", "a?"])
def test_invalid_prefix_is_rejected(prefix: str) -> None:
    with pytest.raises(ConstructError, match="is not a valid key prefix"):
        stack(lambda s: Zone(s, "Raw").grant_read("reader", prefix))


@pytest.mark.parametrize(
    ("grantee", "problem"),
    [
        ("arn:aws:iam::999999999999:role/reader", "not a role of account 111111111111"),
        ("arn:aws:iam::111111111111:user/me", "not a role of account"),
        ("arn:aws:lambda:eu-west-1:111111111111:role/me", "not a role of account"),
        ("arn:aws-cn:iam::111111111111:role/me", "not a role of account"),
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


def test_unknown_zone_reference_is_rejected() -> None:
    with pytest.raises(ConstructError, match="has no zone 'gold'; its zones are landing, raw, curated, consumption"):
        stack(lambda s: ZoneReference(s, "Gold", "gold"))


def test_invalid_iam_policy_is_rejected() -> None:
    def build(s: Any) -> None:
        role = ServiceRole(s, "Job", service="glue", description="d")
        zone = Zone(s, "Raw")
        for number in range(40):
            zone.grant_read(role, f"orders/{number:060}")

    with pytest.raises(ConstructError, match="IAM allows 10240"):
        stack(build)


def test_account_administers_key_and_uses_it_only_through_services() -> None:
    def build(scope: Any) -> None:
        EncryptionKey(scope, "Lake", name="lake", description="Encrypts the lake")
        EncryptionKey(scope, "Disks", name="disks", description="Encrypts disks", allow_direct_use=True)

    keys = resources(stack(build), "aws_kms_key")
    lake, disks = (json.loads(keys[f"{name}/Key"]["policy"])["Statement"] for name in ("Lake", "Disks"))
    assert not {"kms:*", "kms:Decrypt", "kms:CreateGrant"} & set(lake[0]["Action"])
    assert "kms:Decrypt" in lake[1]["Action"]
    assert lake[1]["Condition"]["StringLike"] == {"kms:ViaService": "*.eu-west-1.amazonaws.com"}
    assert "Condition" not in disks[1]
    assert keys["Disks/Key"]["tags"]["use"] == "direct"
    assert "use" not in (keys["Lake/Key"].get("tags") or {})
