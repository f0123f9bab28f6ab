"""Tests that session tags are unique, and that transitive tags cannot be replaced in a role chain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from iam_documents import allow, trust
from local_cloud_helpers import ACCOUNT, session_of

Client = Callable[..., Any]
TRUSTED = trust({"AWS": ACCOUNT}, ["sts:AssumeRole", "sts:TagSession"])


def refusal(sts: Any, arn: str, *tags: tuple[str, str]) -> str:
    given = [{"Key": key, "Value": value} for key, value in tags]
    with pytest.raises(ClientError) as error:
        sts.assume_role(RoleArn=arn, RoleSessionName="test", Tags=given)
    assert error.value.response["Error"]["Code"] == "InvalidParameterValue"
    return str(error.value)


def test_keys_of_session_tags_are_unique(client: Client, role: Callable[..., str]) -> None:
    assert "case insensitive" in refusal(client("sts"), role(trusted=TRUSTED), ("team", "red"), ("Team", "blue"))


def test_transitive_tags_are_kept(client: Client, role: Callable[..., str]) -> None:
    first = role(allow("sts:*"), trusted=TRUSTED, name="first")
    tagged = session_of(client, first, Tags=[{"Key": "team", "Value": "red"}], TransitiveTagKeys=["team"])
    second = role(allow("sns:ListTopics"), trusted=TRUSTED, name="second")
    assert "conflicts with a transitive tag key" in refusal(tagged.client("sts"), second, ("TEAM", "blue"))
    more = {"RoleArn": second, "RoleSessionName": "test", "Tags": [{"Key": "other", "Value": "x"}]}
    assert tagged.client("sts").assume_role(**more)["Credentials"]["SessionToken"]
