"""Tests of `lakekit local why`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from click.testing import CliRunner
from local_cloud_helpers import ACCOUNT, session_of

from lakekit_cli.commands.local_why import why
from lakekit_cli.state.resource_addresses import ResourceAddresses
from lakekit_local import LocalCloud


@pytest.fixture(autouse=True)
def no_state_is_left(cloud: LocalCloud) -> Iterator[None]:
    yield
    (cloud.project_dir / ".lakekit/state/local-test.tfstate").unlink(missing_ok=True)


def test_last_denial_with_its_addresses(
    cloud: LocalCloud, client: Callable[..., Any], unique: str, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lakekit_cli.commands.local_why._cloud", lambda: cloud)
    trust = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": trust})
    role = client("iam").create_role(RoleName=f"why-{unique}", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    write_state(
        cloud.project_dir, "local-test", {"aws_iam_role.Job": role, "aws_s3_bucket.Lake": f"arn:aws:s3:::{bucket}"}
    )
    with pytest.raises(ClientError):
        session_of(client, role).client("s3").get_object(Bucket=bucket, Key="k")

    def output(*arguments: str) -> str:
        result = CliRunner().invoke(why, arguments, standalone_mode=False)
        assert result.return_value == 1, result.output
        return result.output

    text = output()
    for part in (f"why-{unique}", "s3:GetObject", "local-test: aws_iam_role.Job", "no identity-based policy allows"):
        assert part in text
    (found,) = json.loads(output("--format", "json"))["denials"]
    assert found["resource"] == f"arn:aws:s3:::{bucket}/k"
    assert found["resource_address"] == "local-test: aws_s3_bucket.Lake"
    assert found["fix"] == f"allow s3:GetObject on arn:aws:s3:::{bucket}/k in a policy of the principal"
    assert found["context"]["aws:principalarn"] == [role]
    client_calls_cleared(cloud)
    assert CliRunner().invoke(why, [], standalone_mode=False).return_value == 0


def client_calls_cleared(cloud: LocalCloud) -> None:
    cloud.clear_calls()
    assert cloud.denials() == []


def write_state(root: Path, stack: str, arns: dict[str, str]) -> None:
    folder = root / ".lakekit" / "state"
    folder.mkdir(parents=True, exist_ok=True)
    resources = [
        {"mode": "managed", "type": kind, "name": name, "instances": [{"attributes": {"arn": arn}}]}
        for (kind, name), arn in ((address.split("."), arn) for address, arn in arns.items())
    ]
    (folder / f"{stack}.tfstate").write_text(json.dumps({"resources": resources}))


def test_states_that_cannot_be_read_have_no_addresses(tmp_path: Path) -> None:
    write_state(tmp_path, "local-a", {"aws_sns_topic.Alarms": "arn:aws:sns:eu-west-1:1:alarms"})
    (tmp_path / ".lakekit/state/local-b.tfstate").write_text("{")
    addresses = ResourceAddresses.of_local_stacks(tmp_path)
    assert addresses.of_arn("arn:aws:sns:eu-west-1:1:alarms") == "local-a: aws_sns_topic.Alarms"
    assert addresses.of_arn("arn:aws:sns:eu-west-1:1:others") == ""
