"""Operations of an apply that failed without an answer of the service: they may have taken effect.

The state does not contain a resource whose creation Terraform did not see complete, for example because the provider
was killed, the connection broke or the request timed out, although the service may have created it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from .lock_message import ESCAPES

# Terraform draws a line beside its diagnostics: internal/command/format/diagnostic.go, 1.11.
_MARGIN: Final = re.compile(r"(?m)^[│╷╵] ?")
# A line of a log, with TF_LOG: `2026-01-31T12:00:00.000Z [INFO] …`, or JSON.
_LOG_LINE: Final = re.compile(r"(?m)^(?:\d{4}-\d\d-\d\dT|\{\"@)")
_BLOCK: Final = re.compile(r"(?m)^(?=(?:Error|Warning): )")
_ADDRESS: Final = re.compile(r"(?m)^ *with (.+?),$")
# A service that rejects a request with a client error has not carried it out. Errors of the AWS SDK for Go contain the
# status of the answer, or 0 without one (`operation error SQS: CreateQueue, https response error StatusCode: 400`);
# those of Snowflake a number and a SQL state (`001003 (42000): SQL compilation error`).
_REJECTED: Final = re.compile(r"StatusCode: 4\d\d\b|\b\d{6} \([0-9A-Z]{5}\): ")


def unanswered_operations(errors: str) -> tuple[str, ...]:
    """Return the addresses of resources whose operation failed without an answer that rejects it.

    Args:
        errors: Standard error of `terraform apply`.
    """
    return tuple(dict.fromkeys(_addresses(_MARGIN.sub("", ESCAPES.sub("", errors)))))


def _addresses(errors: str) -> Iterator[str]:
    for found_block in _BLOCK.split(errors):
        block = _LOG_LINE.split(found_block, maxsplit=1)[0]
        found = _ADDRESS.search(block)
        if block.startswith("Error: ") and found and not _REJECTED.search(block):
            yield found.group(1)
