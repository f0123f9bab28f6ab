"""Turn botocore exceptions into error messages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConfigNotFound,
    ConfigParseError,
    CredentialRetrievalError,
    HTTPClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    UnauthorizedSSOTokenError,
)
from botocore.exceptions import (
    ConnectionError as AwsConnectionError,
)

from lakekit.errors import LakekitError
from lakekit_cli.exit_codes import ExitCode

_LOG_IN = "set AWS_PROFILE or the AWS_ACCESS_KEY_ID variables, or log in: aws sso login"
_CHECK = "check the credentials and their permissions: aws sts get-caller-identity"
_SETUP: tuple[tuple[tuple[type[BotoCoreError], ...], str, str], ...] = (
    ((NoCredentialsError,), "no AWS credentials were found", _LOG_IN),
    ((PartialCredentialsError,), "the AWS credentials are incomplete: {error}", _LOG_IN),
    (
        (ProfileNotFound, ConfigNotFound, ConfigParseError),
        "the AWS configuration cannot be used: {error}",
        "set AWS_PROFILE to a profile of ~/.aws/config",
    ),
    (
        (UnauthorizedSSOTokenError, SSOError, CredentialRetrievalError),
        "the AWS login has expired or failed: {error}",
        "aws sso login",
    ),
    ((NoRegionError,), "no AWS region is set", "set `region` in the environment file"),
    (
        (HTTPClientError, AwsConnectionError),
        "AWS could not be reached: {error}",
        "check the network, and HTTPS_PROXY if there is one",
    ),
)
_EXPIRED = frozenset(("ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"))
_INVALID = frozenset(("InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch", "AuthFailure",
                      "InvalidAccessKeyId"))  # fmt: skip


class AwsSetupError(LakekitError):
    """No usable credentials, or AWS cannot be reached."""

    exit_code = int(ExitCode.SETUP)


@contextmanager
def explain_errors(where: str) -> Iterator[None]:
    """Convert exceptions of botocore into a LakekitError.

    Args:
        where: Name of the environment, for the message.

    Raises:
        AwsSetupError: There are no usable credentials, or AWS could not be reached.
        LakekitError: AWS rejected a call.
    """
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise explained(error, where) from error


def explained(error: BotoCoreError | ClientError, where: str) -> LakekitError:
    """Return the error to show for an exception of botocore."""
    if isinstance(error, ClientError):
        return _of_service(error, where)
    for kinds, problem, fix in _SETUP:
        if isinstance(error, kinds):
            return AwsSetupError(problem.format(error=error), where=where, fix=fix)
    return LakekitError(f"the AWS call failed: {error}", where=where, fix=_CHECK)


def _of_service(error: ClientError, where: str) -> LakekitError:
    code = str(error.response.get("Error", {}).get("Code", ""))
    if code in _EXPIRED:
        return AwsSetupError("the AWS credentials have expired", where=where, fix=_LOG_IN)
    if code in _INVALID:
        return AwsSetupError(f"AWS does not accept the credentials ({code})", where=where, fix=_LOG_IN)
    return LakekitError(f"AWS rejected the call: {error}", where=where, fix=_CHECK)
