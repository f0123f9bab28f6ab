"""Every resource type of the reference stacks is covered by a rule."""

from __future__ import annotations

import json
from pathlib import Path

from lakekit_policies.pack.load import load_pack

ROOT = Path(__file__).parents[3]

# Types that are covered by the rule of their parent resource or by a checkov rule.
COVERED_BY = {
    "aws_default_security_group": "CKV2_AWS_12",
    "aws_emr_block_public_access_configuration": "CKV_AWS_390",
    "aws_kms_alias": "LK_KMS_3",
    "aws_s3_bucket_logging": "LK_S3_5",
    "aws_s3_bucket_notification": "LK_S3_11",
    "aws_s3_bucket_ownership_controls": "LK_S3_4",
    "aws_s3_bucket_public_access_block": "CKV_AWS_53",
    "aws_s3_bucket_server_side_encryption_configuration": "LK_S3_2",
    "aws_s3_bucket_versioning": "CKV_AWS_21",
    "aws_subnet": "CKV_AWS_130",
}


def test_every_resource_type_has_a_rule(synthesized: Path) -> None:
    emitted: set[str] = set()
    for stack in synthesized.glob("stacks/*/cdk.tf.json"):
        emitted |= set(json.loads(stack.read_text(encoding="utf-8")).get("resource", {}))
    loaded = load_pack()
    ours = {kind for rule in loaded.rules for kind in rule.resources}
    assert emitted - ours - set(COVERED_BY) == set()
    assert set(COVERED_BY) <= emitted - ours, "types with their own rule must be removed from COVERED_BY"
    known = {rule.id for rule in loaded.rules} | set(loaded.checkov_ids)
    assert set(COVERED_BY.values()) <= known
