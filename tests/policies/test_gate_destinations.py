"""Plans and stacks that send data, code or access out of the trust boundary are rejected by the rule for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from lakekit_policies import Gate
from nonempty import nonempty

DATA = Path(__file__).parent / "data" / "destinations"

PLANS = {
    "kms_grant_other_account.json": {"LK_DEST_4": "arn:aws:iam::999988887777:root"},
    "s3_replication_to_other_account.json": {"LK_DEST_1": "not-ours-backup"},
    "s3_cors_website_notification_logging_analytics.json": {"LK_DEST_1": "999988887777:spy"},
    "eventbridge_target_and_bus_open.json": {
        "LK_DEST_1": "event-bus/default is outside",
        "LK_DEST_2": "collect.evil.example",
        "LK_DEST_4": "everybody (*)",
        "LK_SECRET_1": "x-api-key holds a secret",
    },
    "sg_prefix_list_world.json": {"LK_DEST_6": "100% of IPv4"},
    "snapshot_sharing_and_redshift_share.json": {"LK_DEST_4": "consumer_identifier: account 999988887777 is outside"},
    "glue_connection_password_elsewhere.json": {"LK_SECRET_1": "sfPassword holds a secret"},
    "emr_step_curl_bash.json": {"LK_DEST_3": "host evil.example", "LK_SECRET_1": "kdc_admin_password holds a secret"},
    "logs_out_of_house.json": {"LK_DEST_1": "destination:spy"},
    "msk_scram_and_replicator.json": {"LK_DEST_2": "connector_configuration.http.api.url"},
}
STACKS = {
    "kms_grant_other_account": {"LK_DEST_4": "is outside of the trust boundary"},
    "lf_admin_other_account": {"LK_DEST_4": "admins"},
    "s3_replication_other_account": {"LK_DEST_1": "account 999988887777 is outside"},
    "provider_alias_other_account": {"LK_DEST_5": "role/x is outside"},
    "firehose_other_account_bucket": {"LK_DEST_1": "not-ours"},
    "provisioner_in_stack": {"LK_ACT_1": "local-exec"},
    "cloudwatch_log_subscription_other_account": {"LK_DEST_1": "destination:spy is outside"},
}


@pytest.fixture(scope="module")
def engine() -> Gate:
    return Gate.start()


@pytest.mark.parametrize("name", [*PLANS, *STACKS])
def test_the_destination_is_reported(engine: Gate, name: str) -> None:
    path, expected = DATA / name, {**PLANS, **STACKS}[name]
    verdict = engine.evaluate_synth(path) if path.is_dir() else engine.evaluate_plan(path)
    for rule, message in nonempty(expected.items()):
        found = [finding.reason for finding in verdict.findings if finding.rule_id == rule]
        assert any(message in reason for reason in found), (rule, found)
