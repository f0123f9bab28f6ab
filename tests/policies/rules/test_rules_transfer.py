"""Rules for services that move data."""

from __future__ import annotations

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, drop, put, resources

__all__ = ["test_passes", "test_rejects"]


CASES = [
    Case(
        "LK_MSK_9",
        resources(
            aws_msk_replicator={
                "R": {"replication_info_list": [{"topic_replication": [{"topics_to_replicate": ["orders"]}]}]}
            }
        ),
        {
            "every topic": (
                put("aws_msk_replicator/R/replication_info_list/0/topic_replication/0/topics_to_replicate", [".*"]),
                "every topic is replicated",
            ),
        },
    ),
    Case(
        "LK_TRANSFER_1",
        resources(aws_transfer_user={"U": {"user_name": "u", "home_directory_type": "LOGICAL"}}),
        {
            "a path": (drop("aws_transfer_user/U/home_directory_type"), "PATH, not LOGICAL"),
        },
    ),
    Case(
        "LK_DATASYNC_1",
        resources(
            aws_datasync_task={
                "T": {"cloudwatch_log_group_arn": "arn:x", "options": [{"verify_mode": "POINT_IN_TIME_CONSISTENT"}]}
            }
        ),
        {
            "not verified": (put("aws_datasync_task/T/options/0/verify_mode", "NONE"), "verify_mode is NONE"),
            "not logged": (drop("aws_datasync_task/T/cloudwatch_log_group_arn"), "is not set"),
        },
    ),
]
