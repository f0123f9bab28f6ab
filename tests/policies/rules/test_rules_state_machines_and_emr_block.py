"""Rules for state machines and the public access block of EMR."""

from __future__ import annotations

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, drop, put, resources

__all__ = ["test_passes", "test_rejects"]


CASES = [
    Case(
        "LK_SFN_1",
        resources(
            aws_sfn_state_machine={"M": {"logging_configuration": [{"level": "ALL", "log_destination": "arn:x:*"}]}}
        ),
        {
            "no level": (drop("aws_sfn_state_machine/M/logging_configuration/0/level"), "OFF or not set"),
            "off": (put("aws_sfn_state_machine/M/logging_configuration/0/level", "OFF"), "OFF or not set"),
            "no logging": (drop("aws_sfn_state_machine/M/logging_configuration"), "log_destination is not set"),
        },
    ),
    Case(
        "LK_EMR_8",
        resources(aws_emr_block_public_access_configuration={"E": {"block_public_security_group_rules": True}}),
        {
            "every port": (
                put(
                    "aws_emr_block_public_access_configuration/E/permitted_public_security_group_rule_range",
                    [{"min_range": 1, "max_range": 65535}],
                ),
                "ports 1 to 65535",
            ),
        },
        {
            "SSH": put(
                "aws_emr_block_public_access_configuration/E/permitted_public_security_group_rule_range",
                [{"min_range": 22, "max_range": 22}],
            ),
        },
    ),
]
