"""Rules for databases."""

from __future__ import annotations

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, both, drop, put, resources, tier

__all__ = ["test_passes", "test_rejects"]

_KEY = "arn:aws:kms:eu-west-1:111111111111:key/0b7c1f2e-1111-4222-8333-abcdefabcdef"


CASES = [
    Case(
        "LK_RDS_1",
        resources(
            aws_db_instance={"I": {"manage_master_user_password": True}},
            aws_rds_cluster={"C": {"manage_master_user_password": True}},
        ),
        {
            "an instance": (put("aws_db_instance/I/password", "${random_password.p.result}"), "password is set"),
            "a cluster": (put("aws_rds_cluster/C/master_password", "${var.p}"), "master_password is set"),
        },
    ),
    Case(
        "LK_RDS_2",
        resources(
            aws_db_parameter_group={
                "G": {"family": "mysql8.0", "parameter": [{"name": "require_secure_transport", "value": "ON"}]}
            }
        ),
        {
            "off": (put("aws_db_parameter_group/G/parameter/0/value", "OFF"), "require_secure_transport is off"),
            "not set": (drop("aws_db_parameter_group/G/parameter"), "require_secure_transport is not set"),
            "an older PostgreSQL": (
                put("aws_db_parameter_group/G", {"family": "postgres13"}),
                "rds.force_ssl is not set",
            ),
            "PostgreSQL with it off": (
                put(
                    "aws_db_parameter_group/G",
                    {"family": "postgres16", "parameter": [{"name": "rds.force_ssl", "value": "0"}]},
                ),
                "rds.force_ssl is 0",
            ),
        },
        {
            "the default of PostgreSQL 15": put("aws_db_parameter_group/G", {"family": "postgres15"}),
            "another engine": put("aws_db_parameter_group/G", {"family": "oracle-ee-19"}),
        },
    ),
    Case(
        "LK_RDS_3",
        resources(
            aws_db_instance={"I": {"storage_encrypted": True, "kms_key_id": _KEY, "backup_retention_period": 14}}
        ),
        {
            "no key": (drop("aws_db_instance/I/kms_key_id"), "no KMS key"),
            "a replica of another region": (
                both(
                    drop("aws_db_instance/I/kms_key_id"),
                    put("aws_db_instance/I/replicate_source_db", "arn:aws:rds:us-east-1:111111111111:db:main"),
                ),
                "no KMS key",
            ),
            "two days": (put("aws_db_instance/I/backup_retention_period", 2), "is 2, not 7"),
        },
        {
            "a replica": put("aws_db_instance/I", {"storage_encrypted": True, "replicate_source_db": "other"}),
        },
    ),
    Case(
        "LK_RDS_4",
        resources(aws_db_instance={"I": {"skip_final_snapshot": False}}),
        {
            "skipped": (put("aws_db_instance/I/skip_final_snapshot", True), "skip_final_snapshot is true"),
        },
        {
            "dev": both(put("aws_db_instance/I/skip_final_snapshot", True), tier("dev")),
        },
    ),
    Case(
        "LK_RDS_5",
        resources(aws_rds_cluster_instance={"I": {"publicly_accessible": False}}),
        {
            "public": (put("aws_rds_cluster_instance/I/publicly_accessible", True), "is true"),
        },
    ),
    Case(
        "LK_RDS_6",
        resources(aws_db_proxy={"P": {"require_tls": True, "auth": [{"iam_auth": "REQUIRED"}]}}),
        {
            "no TLS": (put("aws_db_proxy/P/require_tls", False), "require_tls is not true"),
            "no IAM": (put("aws_db_proxy/P/auth/0/iam_auth", "DISABLED"), "is DISABLED, not REQUIRED"),
        },
    ),
    Case(
        "LK_CACHE_1",
        resources(aws_elasticache_replication_group={"R": {"user_group_ids": ["g"]}}),
        {
            "nobody is asked": (
                drop("aws_elasticache_replication_group/R/user_group_ids"),
                "neither auth_token nor user_group_ids",
            ),
        },
    ),
]
