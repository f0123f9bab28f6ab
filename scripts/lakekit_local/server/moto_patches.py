"""Patches of moto's classes in the server process.

Each patch names the defect that it works around; all were observed with moto 5.2.5, the pinned version.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import yaml
from moto.iam.access_control import PermissionResult
from moto.kms import responses as kms_responses
from moto.kms.exceptions import NotFoundException
from moto.kms.models import KmsBackend
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

    def default_policy_only(name: str | None) -> None:
        if name not in (None, "default"):
            raise NotFoundException("No such policy exists")

    # The names of key policies are optional; moto refuses requests without one.
    _replace(kms_responses, "_assert_default_policy", default_policy_only)
    # moto finds the key of these operations by its id only; requests may name its ARN.
    for operation in ("disable_key", "enable_key", "cancel_key_deletion", "schedule_key_deletion"):
        _replace(KmsBackend, operation, _by_id(getattr(KmsBackend, operation)))
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


def _by_id(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def called(backend: Any, key_id: str, *arguments: Any, **more: Any) -> Any:
        return method(backend, backend.get_key_id(key_id), *arguments, **more)

    return called


def _replace(owner: Any, name: str, value: Any) -> None:
    setattr(owner, name, value)
