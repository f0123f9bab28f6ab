"""Turn botocore exceptions into error messages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from lakekit.errors import LakekitError


@contextmanager
def explain_errors(where: str) -> Iterator[None]:
    """Convert exceptions of botocore into a LakekitError.

    Args:
        where: Name of the environment, for the message.

    Raises:
        LakekitError: A call failed or AWS could not be reached.
    """
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise LakekitError(
            f"AWS call failed: {error}", where=where, fix="check the credentials: aws sts get-caller-identity"
        ) from error
