"""What is changed in moto's classes, in our own process only: nothing on disk is touched.

Each repair names its defect; all were seen with moto 5.2.5, which the package pins.
"""

from __future__ import annotations

from typing import Any

from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket, FakeDeleteMarker


def apply_moto_patches() -> None:
    """Apply all repairs; once per process."""

    def neutral(_bucket: Any, _action: str, _resource: str) -> Any:
        return PermissionResult.NEUTRAL

    def dispose(_marker: Any, garbage: bool = False) -> None:
        """A delete marker holds no file."""

    # Bucket policies are judged before moto sees the request (bucket_policy.py); moto takes a condition that it
    # cannot match for a denial.
    _replace(FakeBucket, "get_permission", neutral)
    # Deleting the version that is a delete marker ends in AttributeError: force_destroy of a bucket needs it.
    _replace(FakeDeleteMarker, "dispose", dispose)


def _replace(owner: type, name: str, function: Any) -> None:
    setattr(owner, name, function)
