"""Patches of checkov 3.3.30; each states the defect and the correction."""

from __future__ import annotations

import hashlib
import importlib
import json
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Final

from checkov.common.models.enums import CheckResult
from checkov.terraform import plan_parser
from checkov.terraform.checks.resource.aws.AbsSecurityGroupUnrestrictedIngress import (
    AbsSecurityGroupUnrestrictedIngress,
)
from checkov.terraform.checks.resource.aws.MSKClusterEncryption import MSKClusterEncryption
from checkov.terraform.checks.utils import base_cloudsplaining_iam_scanner

from lakekit_policies.engine import graph_blocks, graph_edges, value_checks
from lakekit_policies.shared.json_text import MalformedJsonError, read_json_text

JSON_ATTRIBUTES: Final = {
    "aws_emr_security_configuration": "configuration",
    "aws_sns_topic": "policy",
    "aws_sqs_queue": "policy",
}
"""JSON attributes that checkov's checks expect parsed, missing in its ``RESOURCE_TYPES_JSONIFY``."""

_SOLVERS: Final = (
    "checkov.common.checks_infra.solvers.attribute_solvers.base_attribute_solver",
    "checkov.common.checks_infra.solvers.resource_solvers.base_resource_solver",
)
_CHECK_BASES: Final = (
    "checkov.terraform.checks.resource.base_resource_check",
    "checkov.terraform.checks.resource.base_resource_value_check",
    "checkov.terraform.checks.resource.base_resource_negative_value_check",
)
_policies: dict[str, Any] = {}
_SOURCES: Final = ("referenced_security_group_id", "prefix_list_id")
_contains_violation = AbsSecurityGroupUnrestrictedIngress.contains_violation
_scan_cluster: Final[Callable[..., CheckResult]] = MSKClusterEncryption.scan_resource_conf


def apply() -> None:
    """Apply all patches; idempotent."""
    plan_parser.RESOURCE_TYPES_JSONIFY.update(JSON_ATTRIBUTES)
    plan_parser.jsonify = _parsed_attribute
    scanner = base_cloudsplaining_iam_scanner.BaseTerraformCloudsplainingIAMScanner
    scanner.scan_conf = _scan_conf  # type: ignore[method-assign]
    AbsSecurityGroupUnrestrictedIngress.contains_violation = _allows_public_ingress  # type: ignore[method-assign]
    MSKClusterEncryption.scan_resource_conf = _encrypts  # type: ignore[method-assign]
    for name in _SOLVERS:
        importlib.import_module(name).ThreadPoolExecutor = _InlineExecutor  # type: ignore[attr-defined]
    for name in _CHECK_BASES:
        importlib.import_module(name).handle_dynamic_values = _skip_dynamic_values  # type: ignore[attr-defined]
    graph_blocks.apply()
    graph_edges.apply()
    value_checks.apply()


def clear_policy_cache() -> None:
    """Drop parsed policy documents between evaluations, so that memory does not grow."""
    _policies.clear()


def _parsed_attribute(obj: dict[str, Any], resource_type: str) -> Any:
    """The parsed JSON attribute of a resource; None if it is not readable, so that checks see the text.

    Checkov's function lets a document that is nested too deeply end the evaluation of every resource.
    """
    text = obj.get(plan_parser.RESOURCE_TYPES_JSONIFY[resource_type])
    try:
        return read_json_text(text) if isinstance(text, str) and text else None
    except MalformedJsonError:
        return None


def _skip_dynamic_values(conf: dict[str, list[Any]], has_dynamic_block: bool = False) -> bool:
    """Leave the configuration alone.

    Before each check, checkov reads every attribute in search of dynamic blocks. A plan has none, and the unknown
    tracker would record the search as reads of the check.
    """
    del conf
    return has_dynamic_block


def _allows_public_ingress(self: Any, conf: dict[str, list[Any]]) -> bool:
    """Whether an ingress rule allows every address.

    Checkov treats a rule without ranges as open, and supports the sources of `aws_security_group_rule` alone:
    an `aws_vpc_security_group_ingress_rule` from a group or a prefix list is always rejected. A rule with a
    range is left to checkov whatever else it names.
    """
    named = any(conf.get(source) not in (None, [], [None], [""]) for source in _SOURCES)
    ranged = any(conf.get(source) not in (None, [], [None]) for source in ("cidr_ipv4", "cidr_ipv6"))
    return False if named and not ranged else bool(_contains_violation(self, conf))


def _encrypts(self: Any, conf: dict[str, list[Any]]) -> CheckResult:
    """Whether a Kafka cluster encrypts traffic.

    Checkov rejects a cluster without ``encryption_info``, which uses TLS.
    https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/msk_cluster#encryption_info-argument-reference
    """
    return _scan_cluster(self, conf) if conf.get("encryption_info") else CheckResult.PASSED


def _scan_conf(self: Any, conf: dict[str, list[Any]]) -> CheckResult:
    """Evaluate the given document, and let exceptions propagate.

    Checkov caches documents by file, type and name: of two ``for_each`` siblings the second gets the verdict
    of the first, and in one process prod gets dev's (checkov issue 7337). It also swallows every exception.
    """
    if not self.should_scan_conf(conf):
        return CheckResult.PASSED
    texts = [conf.get(name) for name in ("policy", "inline_policy", "statement")]
    document = next(text for text in texts if text is not None)
    is_data = hasattr(self, "scan_data_conf")
    if not is_data and not isinstance(document[0], dict):
        return CheckResult.UNKNOWN  # a reference, or a text that is known only at plan
    key = hashlib.sha256(json.dumps([is_data, document], sort_keys=True, default=str).encode()).hexdigest()
    if key not in _policies:
        _policies[key] = self.convert_to_iam_policy(conf)
    violations = self.cloudsplaining_analysis(_policies[key])
    if not violations:
        return CheckResult.PASSED
    self.cloudsplaining_enrich_evaluated_keys(_policies[key], violations)
    return CheckResult.FAILED


class _InlineExecutor:
    """Executor that runs a job at once and lets it raise.

    Checkov's graph checks start a thread pool per condition and never ask the jobs for their exceptions: a
    check that crashes has neither passed nor failed. Threads also cost more than the work they do.
    """

    def submit(self, job: Callable[..., object], *args: object) -> Future[object]:
        done: Future[object] = Future()
        done.set_result(job(*args))
        return done
