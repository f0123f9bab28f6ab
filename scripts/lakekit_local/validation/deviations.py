"""Members that AWS services take although their models do not admit them, each with what shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import unquote

NORMALIZED: Final[dict[tuple[str, str], Callable[[Any], Any]]] = {
    # Header values of S3 are compared without case: pyarrow (AWS SDK for C++) and DuckDB send `enabled`.
    ("s3", "ChecksumMode"): str.upper,
    # Amazon S3 API reference, "CopyObject", x-amz-copy-source: "The value must be URL-encoded."
    ("s3", "CopySource"): unquote,
}
"""What a value of a shape is compared as, by service and shape."""
