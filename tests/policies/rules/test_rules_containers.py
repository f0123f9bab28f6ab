"""Rules for images and container jobs."""

from __future__ import annotations

import json
from typing import Any

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, drop, put, resources

__all__ = ["test_passes", "test_rejects"]


def _properties(**more: Any) -> str:
    return json.dumps({"image": "repository/job@sha256:ab", **more})


CASES = [
    Case(
        "LK_BATCH_1",
        resources(aws_batch_job_definition={"J": {"name": "j", "container_properties": _properties()}}),
        {
            "privileged": (
                put("aws_batch_job_definition/J/container_properties", _properties(privileged=True)),
                "privileged",
            ),
            "the host": (
                put(
                    "aws_batch_job_definition/J/container_properties",
                    _properties(volumes=[{"host": {"sourcePath": "/"}}]),
                ),
                "mounts / of the host",
            ),
        },
        {
            "a volume of its own": put(
                "aws_batch_job_definition/J/container_properties", _properties(volumes=[{"name": "scratch"}])
            ),
        },
    ),
    Case(
        "LK_BATCH_2",
        resources(
            aws_batch_compute_environment={
                "C": {"compute_resources": [{"subnets": ["s"], "security_group_ids": ["g"]}]}
            }
        ),
        {
            "no groups": (
                put("aws_batch_compute_environment/C/compute_resources/0/security_group_ids", []),
                "security_group_ids is not set",
            ),
        },
    ),
    Case(
        "LK_ECR_1",
        resources(
            aws_ecr_lifecycle_policy={"P": {"repository": "r", "policy": json.dumps({"rules": [{"rulePriority": 1}]})}}
        ),
        {
            "no rules": (put("aws_ecr_lifecycle_policy/P/policy", json.dumps({"rules": []})), "no rule"),
        },
    ),
    Case(
        "LK_ECR_2",
        resources(
            aws_ecr_registry_scanning_configuration={
                "S": {"scan_type": "ENHANCED", "rule": [{"scan_frequency": "CONTINUOUS_SCAN"}]}
            }
        ),
        {
            "no rules": (drop("aws_ecr_registry_scanning_configuration/S/rule"), "no image is scanned"),
        },
    ),
]
