"""Rejects requests of web pages: the local cloud answers AWS clients of this machine only.

A page in a browser can send requests to 127.0.0.1 from any site (cross-site POST), and can read the answers if its
host name resolves to 127.0.0.1 (DNS rebinding). Browsers add ``Origin``, ``Referer`` or ``Sec-Fetch-*`` to requests of
a page, and ``Host`` is the name of the page's site. AWS clients send none of the former
(https://developer.mozilla.org/docs/Glossary/Forbidden_request_header), and a ``Host`` of loopback or, through the
HTTP proxy setting, of AWS.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

_BROWSER_HEADERS: Final = ("HTTP_ORIGIN", "HTTP_REFERER", "HTTP_SEC_FETCH_SITE", "HTTP_SEC_FETCH_MODE")

# Names can have a prefix: `api.` of MWAA, `query-` of Lake Formation, the account id of S3 Control, a bucket.
# DuckDB needs `glue.<region>.localhost`. A DNS name never ends in a number, so `x-127.0.0.1` cannot be a page's site.
_HOST: Final = re.compile(
    r"(?:\[::1\]"
    r"|(?:[a-z0-9_.-]+[.-])?127\.0\.0\.1"
    r"|(?:[a-z0-9_-]+\.)*(?:localhost|amazonaws\.com|amazonaws\.com\.cn|api\.aws|on\.aws)"
    r")(?::\d{1,5})?",
    re.IGNORECASE,
)


def rejection(environ: Mapping[str, Any]) -> str | None:
    """Return why a request is not answered, or None if it comes from a client of this machine.

    Args:
        environ: WSGI environment of the request. The host of an absolute request target is in ``HTTP_HOST``.
    """
    for header in _BROWSER_HEADERS:
        if header in environ:
            name = header.removeprefix("HTTP_").replace("_", "-").title()
            return f"requests of web pages are rejected (header {name})"
    host = str(environ.get("HTTP_HOST", ""))
    if not _HOST.fullmatch(host):
        return f"host {host[:100]!r} is neither loopback nor AWS"
    return None
