"""Patches of checkov's checks of values: the search is limited to the attribute that a check inspects.

These checks search by a path (``encryption_configuration/kms_key``), for which dpath walks through every value of the
resource. Only values inside of the attribute that the path begins with can match.
"""

from __future__ import annotations

from typing import Any

from checkov.common.models.enums import CheckResult
from checkov.terraform.checks.resource.base_resource_negative_value_check import BaseResourceNegativeValueCheck
from checkov.terraform.checks.resource.base_resource_value_check import BaseResourceValueCheck

_scan_value = BaseResourceValueCheck.scan_resource_conf
_scan_negative_value = BaseResourceNegativeValueCheck.scan_resource_conf


def apply() -> None:
    """Apply the patches; idempotent."""
    BaseResourceValueCheck.scan_resource_conf = _scan  # type: ignore[method-assign]
    BaseResourceNegativeValueCheck.scan_resource_conf = _scan_negative  # type: ignore[method-assign]


def _scan(self: Any, conf: dict[str, Any]) -> CheckResult:
    return _scan_value(self, _limited(conf, self.get_inspected_key()))


def _scan_negative(self: Any, conf: dict[str, Any]) -> CheckResult:
    return _scan_negative_value(self, _limited(conf, self.get_inspected_key(), self.get_excluded_key()))


def _limited(conf: dict[str, Any], *paths: str | None) -> dict[str, Any]:
    """The attributes in which a path can match.

    A configuration that records its reads stays as it is. Names that are not identifiers can be positions for checkov.
    """
    first = {path.partition("/")[0] for path in paths if path is not None}
    if type(conf) is not dict or not all(map(str.isidentifier, first)):
        return conf
    return {name: value for name, value in conf.items() if name in first or not name.isidentifier()}
