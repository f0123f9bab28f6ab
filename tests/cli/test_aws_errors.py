"""Messages and exit codes for errors of AWS credentials, network and calls."""

from __future__ import annotations

import botocore.exceptions as botocore
import pytest

from lakekit.errors import LakekitError
from lakekit_cli.aws.errors import explain_errors
from lakekit_cli.exit_codes import ExitCode


def client_error(code: str) -> botocore.ClientError:
    return botocore.ClientError({"Error": {"Code": code, "Message": "message of AWS"}}, "GetCallerIdentity")


@pytest.mark.parametrize(
    ("error", "problem", "fix"),
    [
        (botocore.NoCredentialsError(), "no AWS credentials were found", "aws sso login"),
        (botocore.PartialCredentialsError(provider="env", cred_var="x"), "credentials are incomplete", "AWS_PROFILE"),
        (botocore.ProfileNotFound(profile="x"), "The config profile (x) could not be found", "AWS_PROFILE"),
        (botocore.UnauthorizedSSOTokenError(), "the AWS login has expired", "aws sso login"),
        (botocore.EndpointConnectionError(endpoint_url="https://sts"), "AWS could not be reached", "network"),
        (botocore.ConnectTimeoutError(endpoint_url="https://sts"), "AWS could not be reached", "network"),
        (botocore.NoRegionError(), "no AWS region is set", "environment file"),
        (client_error("ExpiredToken"), "the AWS credentials have expired", "aws sso login"),
        (client_error("InvalidClientTokenId"), "AWS does not accept the credentials", "aws sso login"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value)[:20],
)
def test_setup_errors_say_what_is_missing(error: Exception, problem: str, fix: str) -> None:
    with pytest.raises(LakekitError) as caught, explain_errors("dev"):
        raise error
    assert problem in caught.value.problem
    assert fix in str(caught.value.fix)
    assert caught.value.where == "dev"
    assert getattr(caught.value, "exit_code", None) == ExitCode.SETUP
    assert "rejected" not in caught.value.problem


def test_rejected_calls_are_those_of_aws() -> None:
    with pytest.raises(LakekitError) as caught, explain_errors("dev"):
        raise client_error("AccessDenied")
    assert "AWS rejected the call" in caught.value.problem
    assert "message of AWS" in caught.value.problem
    assert not hasattr(caught.value, "exit_code")
