"""Patches of moto's classes in the server process.

Each patch names the defect that it works around; all were observed with moto 5.2.5, the pinned version.
"""

from __future__ import annotations

from typing import Any

import yaml
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket, FakeDeleteMarker
from moto.utilities.docker_utilities import DockerModel


class _TemplateLoader(yaml.SafeLoader):
    """Loader of CloudFormation templates, to which moto adds the short forms of functions (`!Ref`)."""


def apply_moto_patches() -> None:
    """Apply all patches; call once per process."""

    def neutral(_bucket: Any, _action: str, _resource: str) -> Any:
        return PermissionResult.NEUTRAL

    def dispose(_marker: Any, garbage: bool = False) -> None:
        """Do nothing: a delete marker has no file."""

    def no_containers(_model: Any) -> Any:
        from docker.errors import DockerException

        raise DockerException("the local cloud runs no containers")

    # moto runs functions of Lambda and jobs of Batch in Docker: any client of the local cloud could run code.
    _replace(DockerModel, "docker_client", property(no_containers))
    # Bucket policies are evaluated before moto sees the request (authorizer.py); moto denies a request if it
    # cannot evaluate a condition.
    _replace(FakeBucket, "get_permission", neutral)
    # Deleting a delete marker by version raises AttributeError; force_destroy of a bucket needs it.
    _replace(FakeDeleteMarker, "dispose", dispose)
    # moto reads CloudFormation templates with `yaml.Loader`, with which a template calls any function
    # (`!!python/object/apply:os.system`). `add_multi_constructor` finds its loaders in `yaml.loader`.
    for module in (yaml, yaml.loader):
        _replace(module, "Loader", _TemplateLoader)
        _replace(module, "UnsafeLoader", _TemplateLoader)


def _replace(owner: Any, name: str, value: Any) -> None:
    setattr(owner, name, value)
