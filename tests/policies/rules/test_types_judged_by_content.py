"""Types that count as judged because rules for all types read their destinations, accounts, roles or secrets."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from rule_cases import findings, resources

from lakekit_policies.coverage.catalog import type_data

OTHER = "999988887777"


def _arn(service: str, rest: str) -> str:
    return f"arn:aws:{service}:eu-central-1:{OTHER}:{rest}"


_TOPIC = _arn("sns", "outside")
_FUNCTION = _arn("lambda", "function:outside")
_ROLE = f"arn:aws:iam::{OTHER}:role/outside"
_PASSWORD = "kT9#vLq2Zr8!xWm4"
_PRIVATE_KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA7Kc2vQm4xT0ZrYpN\n-----END RSA PRIVATE KEY-----"

READ = {
    "aws_account_alternate_contact": {
        "email_address": "x@outside.example.org",
        "phone_number": "+4912345678901",
        "account_id": OTHER,
    },
    "aws_api_gateway_account": {"cloudwatch_role_arn": _ROLE},
    "aws_appconfig_environment": {"monitor.alarm_role_arn": _ROLE},
    "aws_appconfig_extension": {"action_point.action.uri": _TOPIC, "action_point.action.role_arn": _ROLE},
    "aws_appintegrations_event_integration": {"eventbridge_bus": _arn("events", "event-bus/outside")},
    "aws_applicationinsights_application": {"ops_item_sns_topic_arn": _TOPIC},
    "aws_autoscaling_group": {
        "initial_lifecycle_hook.notification_target_arn": _TOPIC,
        "initial_lifecycle_hook.role_arn": _ROLE,
    },
    "aws_autoscaling_lifecycle_hook": {"notification_target_arn": _TOPIC, "role_arn": _ROLE},
    "aws_chimesdkvoice_global_settings": {"voice_connector.cdr_bucket": "outside-bucket"},
    "aws_chimesdkvoice_sip_media_application": {"endpoints.lambda_arn": _FUNCTION},
    "aws_cloudwatch_log_delivery": {"delivery_destination_arn": _arn("logs", "delivery-destination:outside")},
    "aws_config_organization_custom_policy_rule": {"debug_log_delivery_accounts": [OTHER]},
    "aws_config_organization_custom_rule": {"lambda_function_arn": _FUNCTION},
    "aws_connect_lambda_function_association": {"function_arn": _FUNCTION},
    "aws_datazone_environment_profile": {"aws_account_id": OTHER},
    "aws_db_instance_role_association": {"role_arn": _ROLE},
    "aws_devopsguru_notification_channel": {"sns.topic_arn": _TOPIC},
    "aws_docdb_event_subscription": {"sns_topic_arn": _TOPIC},
    "aws_elastic_beanstalk_application_version": {"bucket": "outside-bucket"},
    "aws_evidently_project": {"data_delivery.s3_destination.bucket": "outside-bucket"},
    "aws_gamelift_build": {"storage_location.bucket": "outside-bucket", "storage_location.role_arn": _ROLE},
    "aws_gamelift_game_session_queue": {
        "notification_target": _TOPIC,
        "destinations": [_arn("gamelift", "fleet/outside")],
    },
    "aws_gamelift_script": {"storage_location.bucket": "outside-bucket", "storage_location.role_arn": _ROLE},
    "aws_glue_user_defined_function": {"resource_uris.uri": "s3://outside-bucket/x.jar"},
    "aws_guardduty_malware_protection_plan": {
        "protected_resource.s3_bucket.bucket_name": "outside-bucket",
        "role": _ROLE,
    },
    "aws_inspector2_enabler": {"account_ids": [OTHER]},
    "aws_internetmonitor_monitor": {"internet_measurements_log_delivery.s3_config.bucket_name": "outside-bucket"},
    "aws_ivschat_room": {"message_review_handler.uri": _FUNCTION},
    "aws_kendra_query_suggestions_block_list": {"source_s3_path.bucket": "outside-bucket", "role_arn": _ROLE},
    "aws_kendra_thesaurus": {"source_s3_path.bucket": "outside-bucket", "role_arn": _ROLE},
    "aws_lambda_event_source_mapping": {
        "destination_config.on_failure.destination_arn": _TOPIC,
        "event_source_arn": _arn("sqs", "outside"),
        "kms_key_arn": _arn("kms", "key/1"),
        "source_access_configuration.uri": _arn("secretsmanager", "secret:outside"),
        "self_managed_event_source.endpoints": {"KAFKA_BOOTSTRAP_SERVERS": "outside.example.org:9092"},
    },
    "aws_lb_trust_store_revocation": {"revocations_s3_bucket": "outside-bucket"},
    "aws_location_tracker_association": {"consumer_arn": _arn("geo", "geofence-collection/outside")},
    "aws_neptune_event_subscription": {"sns_topic_arn": _TOPIC},
    "aws_pinpoint_app": {
        "campaign_hook.lambda_function_name": _FUNCTION,
        "campaign_hook.web_url": "https://x.outside.org",
    },
    "aws_rds_cluster_role_association": {"role_arn": _ROLE},
    "aws_redshift_event_subscription": {"sns_topic_arn": _TOPIC},
    "aws_rum_metrics_destination": {"destination_arn": _arn("evidently", "project/outside"), "iam_role_arn": _ROLE},
    "aws_sagemaker_hub": {"s3_storage_config.s3_output_path": "s3://outside-bucket/x"},
    "aws_securitylake_aws_log_source": {"source.accounts": [OTHER]},
    "aws_shield_proactive_engagement": {
        "emergency_contact.email_address": "x@outside.example.org",
        "emergency_contact.phone_number": "+4912345678901",
    },
    "aws_sns_sms_preferences": {"usage_report_s3_bucket": "outside-bucket", "delivery_status_iam_role_arn": _ROLE},
    "aws_ssmcontacts_contact_channel": {"delivery_address.simple_address": "x@outside.example.org"},
    "aws_workspacesweb_user_access_logging_settings": {"kinesis_stream_arn": _arn("kinesis", "stream/outside")},
    "aws_acm_certificate": {"private_key": _PRIVATE_KEY},
    "aws_appfabric_app_authorization": {
        "credential.oauth2_credential.client_secret": _PASSWORD,
        "credential.api_key_credential.api_key": _PASSWORD,
    },
    "aws_chime_voice_connector_termination_credentials": {"credentials.password": _PASSWORD},
    "aws_codebuild_source_credential": {"token": _PASSWORD},
    "aws_dms_certificate": {"certificate_pem": _PRIVATE_KEY},
    "aws_iam_server_certificate": {"private_key": _PRIVATE_KEY},
    "aws_opsworks_rds_db_instance": {"db_password": _PASSWORD},
    "aws_pinpoint_adm_channel": {"client_secret": _PASSWORD},
    "aws_pinpoint_apns_channel": {"private_key": _PRIVATE_KEY, "token_key": _PRIVATE_KEY},
    "aws_pinpoint_apns_sandbox_channel": {"private_key": _PRIVATE_KEY, "token_key": _PRIVATE_KEY},
    "aws_pinpoint_apns_voip_channel": {"private_key": _PRIVATE_KEY, "token_key": _PRIVATE_KEY},
    "aws_pinpoint_apns_voip_sandbox_channel": {"private_key": _PRIVATE_KEY, "token_key": _PRIVATE_KEY},
    "aws_pinpoint_baidu_channel": {"api_key": _PASSWORD, "secret_key": _PASSWORD},
    "aws_pinpoint_gcm_channel": {"api_key": _PASSWORD, "service_json": _PRIVATE_KEY},
    "aws_transfer_certificate": {"private_key": _PRIVATE_KEY},
}
"""For each type the arguments that matter, with a value that a rule must reject."""
CASES = [(kind, path) for kind, arguments in READ.items() for path in arguments]


def _nested(path: str, value: Any) -> dict[str, Any]:
    name, *inner = path.split(".")
    return {name: [_nested(".".join(inner), value)] if inner else value}


@cache
def _reported() -> dict[str, set[str]]:
    """Rules of destinations and secrets by address, for all cases in one configuration."""
    declared: dict[str, dict[str, Any]] = {}
    for number, (kind, path) in enumerate(CASES):
        declared.setdefault(kind, {})[f"Case{number}"] = _nested(path, READ[kind][path])
    rules: dict[str, set[str]] = {}
    for one in findings(resources(**declared)):
        if one.rule_id.startswith(("LK_DEST_", "LK_SECRET_")):
            rules.setdefault(one.address, set()).add(one.rule_id)
    return rules


@pytest.mark.parametrize(("kind", "path"), CASES)
def test_a_rule_reads_the_argument(kind: str, path: str) -> None:
    assert _reported().get(f"{kind}.Case{CASES.index((kind, path))}"), "no rule of destinations or secrets reads it"


@pytest.mark.parametrize("kind", READ)
def test_the_named_rule_is_one_that_reads_the_type(kind: str) -> None:
    named = {rule for rule, kinds in type_data()["read_by"].items() if kind in kinds}
    reported = {
        rule for number, (one, _) in enumerate(CASES) if one == kind for rule in _reported()[f"{kind}.Case{number}"]
    }
    assert named
    assert named <= reported
