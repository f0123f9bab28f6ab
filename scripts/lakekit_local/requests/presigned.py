"""Presigned URLs of S3: they are valid from their date on, for as many seconds as they state.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import parse_qs

from lakekit_local.requests.registry import ServiceError

MAX_SECONDS: Final = 604_800
_SKEW: Final = timedelta(minutes=15)
_INVALID: Final = "AuthorizationQueryParametersError"


def check_presigned(query: str, now: datetime | None = None) -> None:
    """Check the validity of a presigned URL; other requests have no signature in their query.

    Args:
        query: the query of the request.
        now: the time of the request; the current time by default.

    Raises:
        ServiceError: the URL has expired, is not valid yet, or states no valid date or duration.
    """
    given = parse_qs(query, keep_blank_values=True)
    if "X-Amz-Credential" not in given:
        return
    try:
        signed = datetime.strptime(given["X-Amz-Date"][0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        seconds = int(given["X-Amz-Expires"][0])
    except (KeyError, ValueError) as error:
        text = "X-Amz-Date must be formatted via ISO8601, and X-Amz-Expires should be a number"
        raise ServiceError(_INVALID, text, 400) from error
    if not 0 <= seconds <= MAX_SECONDS:
        text = f"X-Amz-Expires must be non-negative and less than a week (in seconds), {MAX_SECONDS}"
        raise ServiceError(_INVALID, text, 400)
    current = now or datetime.now(UTC)
    if current > signed + timedelta(seconds=seconds):
        raise ServiceError("AccessDenied", "Request has expired", 403)
    if signed > current + _SKEW:
        raise ServiceError("AccessDenied", "Request is not valid yet", 403)
