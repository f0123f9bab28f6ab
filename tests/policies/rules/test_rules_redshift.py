"""Rules for Redshift and Redshift Serverless."""

from __future__ import annotations

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, both, drop, put, resources, tier

__all__ = ["test_passes", "test_rejects"]


CASES = [
    Case(
        "LK_REDSHIFT_1",
        resources(aws_redshift_cluster={"C": {"cluster_identifier": "c", "automated_snapshot_retention_period": 14}}),
        {
            "one day": (put("aws_redshift_cluster/C/automated_snapshot_retention_period", 1), "is 1, not 7"),
            "the default": (drop("aws_redshift_cluster/C/automated_snapshot_retention_period"), "is 1, not 7"),
        },
        {
            "dev": both(put("aws_redshift_cluster/C/automated_snapshot_retention_period", 1), tier("dev")),
        },
    ),
    Case(
        "LK_REDSHIFT_2",
        resources(
            aws_redshift_cluster={"C": {"cluster_identifier": "c"}},
            aws_redshift_logging={"L": {"cluster_identifier": "${aws_redshift_cluster.C.id}"}},
        ),
        {
            "none": (drop("aws_redshift_logging/L"), "no audit logging"),
            "of another cluster": (put("aws_redshift_logging/L/cluster_identifier", "other"), "no audit logging"),
            "switched off inside the cluster": (
                both(drop("aws_redshift_logging/L"), put("aws_redshift_cluster/C/logging", [{"enable": False}])),
                "no audit logging",
            ),
        },
        {
            "by name": put("aws_redshift_logging/L/cluster_identifier", "c"),
            "inside the cluster": both(
                drop("aws_redshift_logging/L"), put("aws_redshift_cluster/C/logging", [{"enable": True}])
            ),
        },
    ),
    Case(
        "LK_REDSHIFT_3",
        resources(
            aws_redshift_cluster={"C": {"manage_master_password": True}},
            aws_redshiftserverless_namespace={"N": {"manage_admin_password": True}},
        ),
        {
            "a cluster": (put("aws_redshift_cluster/C/master_password", "${var.p}"), "master_password is set"),
            "a namespace": (
                put("aws_redshiftserverless_namespace/N/admin_user_password", "Sesame-12345"),
                "admin_user_password is set",
            ),
        },
    ),
    Case(
        "LK_REDSHIFT_4",
        resources(
            aws_redshift_parameter_group={
                "G": {
                    "parameter": [
                        {"name": "require_ssl", "value": "true"},
                        {"name": "enable_user_activity_logging", "value": "true"},
                    ]
                }
            }
        ),
        {
            "off": (put("aws_redshift_parameter_group/G/parameter/0/value", "false"), "require_ssl is false"),
            "not set": (put("aws_redshift_parameter_group/G/parameter", []), "enable_user_activity_logging is not set"),
            "default group": (
                put("resource/aws_redshift_cluster", {"C": {"cluster_parameter_group_name": "default.redshift-1.0"}}),
                "default.redshift-1.0, which accepts connections without TLS",
            ),
            "no group": (put("resource/aws_redshift_cluster", {"C": {"cluster_identifier": "c"}}), "is not set: the"),
        },
        {
            "own group": put("resource/aws_redshift_cluster", {"C": {"cluster_parameter_group_name": "lake"}}),
        },
    ),
    Case(
        "LK_REDSHIFT_5",
        resources(
            aws_redshiftserverless_workgroup={
                "W": {
                    "enhanced_vpc_routing": True,
                    "publicly_accessible": False,
                    "config_parameter": [{"parameter_key": "require_ssl", "parameter_value": "true"}],
                }
            }
        ),
        {
            "public": (put("aws_redshiftserverless_workgroup/W/publicly_accessible", True), "is public"),
            "off": (
                put("aws_redshiftserverless_workgroup/W/config_parameter/0/parameter_value", "false"),
                "require_ssl is false",
            ),
            "not set": (drop("aws_redshiftserverless_workgroup/W/config_parameter"), "require_ssl is not set"),
            "outside of the VPC": (
                put("aws_redshiftserverless_workgroup/W/enhanced_vpc_routing", False),
                "leave the VPC",
            ),
        },
    ),
    Case(
        "LK_REDSHIFT_6",
        resources(
            aws_redshiftserverless_namespace={"N": {"log_exports": ["userlog", "connectionlog", "useractivitylog"]}}
        ),
        {
            "none": (
                drop("aws_redshiftserverless_namespace/N/log_exports"),
                "lacks useractivitylog, userlog, connectionlog",
            ),
            "one missing": (
                put("aws_redshiftserverless_namespace/N/log_exports", ["userlog", "connectionlog"]),
                "lacks useractivitylog",
            ),
        },
    ),
    Case(
        "LK_REDSHIFT_7",
        resources(aws_redshiftserverless_usage_limit={"U": {"amount": 60, "breach_action": "deactivate"}}),
        {
            "log": (drop("aws_redshiftserverless_usage_limit/U/breach_action"), "no notification is sent"),
        },
    ),
    Case(
        "LK_REDSHIFT_8",
        resources(
            aws_redshift_endpoint_authorization={"A": {"account": "222222222222", "vpc_ids": ["vpc-1"]}},
            aws_redshift_endpoint_access={"E": {"vpc_security_group_ids": ["sg-1"]}},
            aws_redshift_cluster={"C": {"vpc_security_group_ids": ["${aws_security_group.redshift.id}"]}},
            aws_redshiftserverless_workgroup={"W": {"security_group_ids": ["sg-1"]}},
        ),
        {
            "every network": (drop("aws_redshift_endpoint_authorization/A/vpc_ids"), "vpc_ids is not set"),
            "the default group": (
                drop("aws_redshift_endpoint_access/E/vpc_security_group_ids"),
                "vpc_security_group_ids is not set",
            ),
            "a cluster in the default group": (
                drop("aws_redshift_cluster/C/vpc_security_group_ids"),
                "vpc_security_group_ids is not set",
            ),
            "a workgroup in the default group": (
                drop("aws_redshiftserverless_workgroup/W/security_group_ids"),
                "security_group_ids is not set",
            ),
        },
    ),
]
