"""The S3 lake: zones, keys, logs, lifecycle."""

from __future__ import annotations

from lakekit.storage.artifacts import Artifact, ArtifactBucket
from lakekit.storage.data_lake import DataLake
from lakekit.storage.encryption_key import EncryptionKey
from lakekit.storage.log_bucket import LogBucket
from lakekit.storage.log_bucket_reference import LogBucketReference
from lakekit.storage.object_tags import object_tags
from lakekit.storage.private_bucket import PrivateBucket
from lakekit.storage.query_results import QueryResultBucket
from lakekit.storage.shared_bucket import SharedBucket
from lakekit.storage.shared_bucket_reference import SharedBucketReference
from lakekit.storage.zone import Zone
from lakekit.storage.zone_like import ZoneLike, resolve_zone
from lakekit.storage.zone_reference import ZoneReference

__all__ = [
    "Artifact",
    "ArtifactBucket",
    "DataLake",
    "EncryptionKey",
    "LogBucket",
    "LogBucketReference",
    "PrivateBucket",
    "QueryResultBucket",
    "SharedBucket",
    "SharedBucketReference",
    "Zone",
    "ZoneLike",
    "ZoneReference",
    "object_tags",
    "resolve_zone",
]
