"""Tests of definitions of state machines that Step Functions refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from iam_documents import trust

Client = Callable[..., Any]
END: dict[str, Any] = {"Type": "Pass", "End": True}
TASK: dict[str, Any] = {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "End": True}


def machine(**states: Any) -> dict[str, Any]:
    """A definition that starts with its first state."""
    return {"StartAt": next(iter(states)), "States": states}


ROUND = machine(
    First={
        "Type": "Task",
        "Resource": "arn:aws:states:::emr-serverless:startJobRun.sync",
        "Parameters": {"ApplicationId": "a"},
        "Retry": [{"ErrorEquals": ["States.Timeout"]}, {"ErrorEquals": ["States.ALL"], "MaxAttempts": 2}],
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Failed", "ResultPath": "$.error"}],
        "Next": "Check",
    },
    Check={
        "Type": "Choice",
        "Choices": [{"Variable": "$.state", "StringEquals": "DONE", "Next": "Each"}],
        "Default": "Later",
    },
    Later={"Type": "Wait", "Seconds": 60, "Next": "Check"},
    Each={"Type": "Map", "ItemProcessor": machine(Item=END), "MaxConcurrency": 2, "Next": "Both"},
    Both={"Type": "Parallel", "Branches": [machine(Left=END), machine(Right=END)], "Next": "Done"},
    Done={"Type": "Succeed"},
    Failed={"Type": "Fail", "Error": "e", "Cause": "c"},
)
JSONATA = {
    "QueryLanguage": "JSONata",
    **machine(
        First={**TASK, "Arguments": {"Message": "{% $states.input.text %}"}, "Output": "{% 1 %}"},
    ),
}


@pytest.mark.parametrize("definition", [machine(A=END), ROUND, JSONATA, {**machine(A=END), "TimeoutSeconds": 60}])
def test_valid_definitions(client: Client, role: Callable[..., str], unique: str, definition: dict[str, Any]) -> None:
    states, arn = client("stepfunctions"), role(trusted=trust({"Service": "states.amazonaws.com"}))
    made = states.create_state_machine(name=unique, definition=json.dumps(definition), roleArn=arn)
    with pytest.raises(ClientError, match="InvalidDefinition"):
        states.update_state_machine(stateMachineArn=made["stateMachineArn"], definition="{}")
    states.update_state_machine(stateMachineArn=made["stateMachineArn"], definition=json.dumps(machine(B=END)))


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ("{", "INVALID_JSON_DESCRIPTION"),
        ("[]", "INVALID_JSON_DESCRIPTION"),
        ({}, "SCHEMA_VALIDATION_FAILED: .* at /States"),
        ({"StartAt": "B", "States": {"A": END}}, "MISSING_TRANSITION_TARGET: .* B at /StartAt"),
        (machine(A={"Type": "Pass", "Next": "B"}), "MISSING_TRANSITION_TARGET: .* B at /States/A/Next"),
        (machine(A=END, B=END), 'State "B" is not reachable'),
        (machine(A={"Type": "Pass", "Next": "B"}, B={"Type": "Pass", "Next": "A"}), "No terminal state"),
        (machine(A={"Type": "Sleep", "End": True}), "/States/A/Type"),
        (machine(A={"Type": "Pass"}), "'Next' and 'End'"),
        (machine(A={**END, "Next": "A"}), "'Next' and 'End'"),
        (machine(A={**END, "Resource": "arn:aws:states:::sns:publish"}), "Field 'Resource' is not supported"),
        (machine(A={"Type": "Succeed", "End": True}), "Field 'End' is not supported"),
        ({**machine(A=END), "Start": "A"}, "Field 'Start' is not supported"),
        (machine(A={"Type": "Task", "End": True}), "'Resource' is required"),
        (machine(A={**TASK, "Resource": "publish"}), "not a valid resource ARN"),
        (machine(A={**TASK, "Arguments": {}}), "Field 'Arguments' is not supported"),
        ({"QueryLanguage": "JSONata", **machine(A={**TASK, "Parameters": {}})}, "Field 'Parameters' is not supported"),
        (machine(A={"Type": "Wait", "End": True}), "Exactly one of Seconds"),
        (machine(A={"Type": "Choice", "Choices": []}), "/States/A/Choices"),
        (machine(A={"Type": "Choice", "Choices": [{"Variable": "$.x", "IsNull": True}], "Default": "A"}), "'Next'"),
        (machine(A={"Type": "Choice", "Choices": [{"Next": "B"}], "Default": "B"}, B=END), "One of And"),
        (machine(A={"Type": "Choice", "Choices": [{"Not": {}, "Next": "B"}], "Default": "C"}, B=END), "/A/Default"),
        (machine(A={**TASK, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "B"}]}), r"/A/Catch\[0\]/Next"),
        (machine(A={**TASK, "Retry": [{"ErrorEquals": []}]}), "'ErrorEquals'"),
        (
            machine(A={**TASK, "Retry": [{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["E"]}]}),
            "States.ALL must appear alone",
        ),
        (machine(A={"Type": "Map", "End": True}), "'ItemProcessor' is required"),
        (
            machine(A={"Type": "Parallel", "Branches": [machine(B={"Type": "Pass", "Next": "A"})], "End": True}),
            "/B/Next",
        ),
        (machine(A={"Type": "Parallel", "Branches": [machine(A=END)], "End": True}), "DUPLICATE_STATE_NAME"),
        (machine(**{"A" * 81: END}), "80 characters"),
    ],
)
def test_invalid_definitions(
    client: Client, role: Callable[..., str], unique: str, definition: Any, expected: str
) -> None:
    text = definition if isinstance(definition, str) else json.dumps(definition)
    arn = role(trusted=trust({"Service": "states.amazonaws.com"}))
    with pytest.raises(ClientError, match=expected) as error:
        client("stepfunctions").create_state_machine(name=unique, definition=text, roleArn=arn)
    assert error.value.response["Error"]["Code"] == "InvalidDefinition"
