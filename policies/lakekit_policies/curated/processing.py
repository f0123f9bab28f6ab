"""Curated rules on data processing: EMR, Glue jobs, MSK, MWAA, Athena, Firehose, Step Functions."""

from __future__ import annotations

from typing import Final

from lakekit_policies.curated.entry import CheckovRule

_EMR: Final = "https://docs.aws.amazon.com/emr/latest/ManagementGuide/"
_GLUE: Final = "https://docs.aws.amazon.com/glue/latest/dg/"
_MSK: Final = "https://docs.aws.amazon.com/msk/latest/developerguide/"
_MWAA: Final = "https://docs.aws.amazon.com/mwaa/latest/userguide/"
_ATHENA: Final = "https://docs.aws.amazon.com/athena/latest/ug/"
_SFN: Final = "https://docs.aws.amazon.com/step-functions/latest/dg/"

PROCESSING: Final[dict[str, CheckovRule]] = {
    "CKV_AWS_99": CheckovRule(
        "Glue security configurations encrypt logs, bookmarks and output",
        "high",
        "Set all three encryption modes with a key.",
        _GLUE + "console-security-configurations.html",
    ),
    "CKV_AWS_195": CheckovRule(
        "Glue jobs and crawlers have a security configuration",
        "high",
        "Set security_configuration.",
        _GLUE + "console-security-configurations.html",
    ),
    "CKV2_AWS_55": CheckovRule(
        "EMR clusters have a security configuration",
        "high",
        "Set security_configuration.",
        _EMR + "emr-security-configurations.html",
    ),
    "CKV_AWS_171": CheckovRule(
        "EMR encrypts S3 data with KMS", "high", "Use SSE-KMS in the configuration.", _EMR + "emr-data-encryption.html"
    ),
    "CKV_AWS_349": CheckovRule(
        "EMR encrypts local disks",
        "high",
        "Enable local disk encryption in the security configuration.",
        _EMR + "emr-data-encryption.html",
    ),
    "CKV_AWS_350": CheckovRule(
        "EMR encrypts EBS volumes",
        "high",
        "Set EnableEbsEncryption in the security configuration.",
        _EMR + "emr-data-encryption.html",
    ),
    "CKV_AWS_351": CheckovRule(
        "EMR encrypts in transit",
        "high",
        "Enable in-transit encryption in the security configuration.",
        _EMR + "emr-data-encryption.html",
    ),
    "CKV_AWS_390": CheckovRule(
        "EMR blocks public access",
        "critical",
        "Set block_public_security_group_rules = true.",
        _EMR + "emr-block-public-access.html",
    ),
    "CKV_AWS_80": CheckovRule("MSK brokers have logging", "medium", "Add logging_info.", _MSK + "msk-logging.html"),
    "CKV_AWS_81": CheckovRule(
        "MSK encrypts at rest and in transit",
        "high",
        "Set encryption_info: customer managed key, TLS for clients, in_cluster true.",
        _MSK + "msk-encryption.html",
    ),
    "CKV_AWS_291": CheckovRule(
        "MSK brokers are private", "critical", "Leave public access disabled.", _MSK + "public-access.html"
    ),
    "CKV_AWS_242": CheckovRule(
        "The MWAA scheduler has logging", "low", "Enable scheduler_logs.", _MWAA + "monitoring-airflow.html"
    ),
    "CKV_AWS_243": CheckovRule(
        "MWAA workers have logging", "low", "Enable worker_logs.", _MWAA + "monitoring-airflow.html"
    ),
    "CKV_AWS_244": CheckovRule(
        "The MWAA web server has logging", "low", "Enable webserver_logs.", _MWAA + "monitoring-airflow.html"
    ),
    "CKV2_AWS_66": CheckovRule(
        "MWAA is not public",
        "critical",
        "Set webserver_access_mode = PRIVATE_ONLY.",
        _MWAA + "configuring-networking.html",
    ),
    "CKV_AWS_77": CheckovRule(
        "Athena databases are encrypted", "high", "Set encryption_configuration.", _ATHENA + "encryption.html"
    ),
    "CKV_AWS_82": CheckovRule(
        "Athena clients cannot override the workgroup",
        "high",
        "Set enforce_workgroup_configuration = true.",
        _ATHENA + "workgroups-settings-override.html",
    ),
    "CKV_AWS_159": CheckovRule(
        "Athena results are encrypted",
        "high",
        "Set result_configuration.encryption_configuration.",
        _ATHENA + "encryption.html",
    ),
    "CKV_AWS_284": CheckovRule(
        "Step Functions have tracing", "low", "Enable tracing_configuration.", _SFN + "concepts-xray-tracing.html"
    ),
}
