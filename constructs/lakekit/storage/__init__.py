"""The S3 lake: zones, keys, logs, lifecycle."""

from __future__ import annotations

from lakekit.storage.artifacts import Artifact, ArtifactBucket
from lakekit.storage.bucket import PrivateBucket
from lakekit.storage.key import EncryptionKey
from lakekit.storage.lake import DataLake
from lakekit.storage.log_bucket import LogBucket
from lakekit.storage.query_results import QueryResultBucket
from lakekit.storage.zone import Zone, ZoneReference

__all__ = [
    "Artifact",
    "ArtifactBucket",
    "DataLake",
    "EncryptionKey",
    "LogBucket",
    "PrivateBucket",
    "QueryResultBucket",
    "Zone",
    "ZoneReference",
]
