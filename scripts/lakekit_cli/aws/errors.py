"""What AWS refuses, as a person should read it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from lakekit.errors import LakekitError


@contextmanager
def explain_errors(where: str) -> Iterator[None]:
    """Turn what boto3 raises into one plain error.

    Args:
        where: the environment that was worked on.

    Raises:
        LakekitError: AWS refused a call, or could not be asked.
    """
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise LakekitError(
            f"AWS refused: {error}", where=where, fix="check the credentials: aws sts get-caller-identity"
        ) from error
