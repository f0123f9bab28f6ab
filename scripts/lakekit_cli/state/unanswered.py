"""Operations of an apply that failed without an answer of the service: they may have taken effect.

The state does not contain a resource whose creation Terraform did not see complete, for example because the provider
was killed, the connection broke or the request timed out, although the service may have created it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from .diagnostics import Diagnostic

# A service that rejects a request with a client error has not carried it out. Errors of the AWS SDK for Go contain the
# status of the answer, or 0 without one (`operation error SQS: CreateQueue, https response error StatusCode: 400`);
# those of Snowflake a number and a SQL state (`001003 (42000): SQL compilation error`).
_REJECTED: Final = re.compile(r"StatusCode: 4\d\d\b|\b\d{6} \([0-9A-Z]{5}\): ")


def unanswered_operations(diagnostics: Iterable[Diagnostic]) -> tuple[str, ...]:
    """Return the addresses of resources whose operation failed without an answer that rejects it.

    Provisioners run after the operation, or before it if the resource is destroyed.

    Args:
        diagnostics: those of `terraform apply`.
    """
    return tuple(
        dict.fromkeys(
            one.address
            for one in diagnostics
            if one.is_error and one.address and not one.quotes_program and not _REJECTED.search(one.statement)
        )
    )
