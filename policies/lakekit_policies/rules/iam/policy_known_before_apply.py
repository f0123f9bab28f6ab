from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from lakekit_policies.iam import policy_documents
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.policy_statements import IDENTITY, RESOURCE
from lakekit_policies.terraform.blocks import Block, is_unknown, reference
from lakekit_policies.terraform.resolve_values import DOCUMENT
from lakekit_policies.terraform.values import AT_PLAN

_POLICIES: Final = ("policy", "inline_policy.policy", "assume_role_policy")
_NAMES: Final = policy_documents.POLICY_ATTRIBUTES | {
    "inline_policy",
    "key_policy",
    "policy_document",
    "resource_policy",
}
"""Names of attributes with a policy, in any type and in nested blocks."""
_POLICY_DOCUMENT: Final = re.compile(r"\bdata\.aws_iam_policy_document\.[\w-]+(?:\[[^\]]*\])?\.(?:minified_)?json\b")
_SIGNS: Final = ("${", "aws_iam_policy_document", *_NAMES)
"""Without one of these texts, no value of a resource is an unknown policy."""
_OTHER_POLICIES: Final = (
    "aws_cloudwatch_log_account_policy",
    "aws_cloudwatch_log_data_protection_policy",
    "aws_ecr_lifecycle_policy",
    "aws_networkmanager_core_network_policy_attachment",
    "aws_opensearchserverless_access_policy",
    "aws_opensearchserverless_lifecycle_policy",
    "aws_opensearchserverless_security_policy",
)
"""Types whose `policy` or `policy_document` has another form than an IAM policy (provider reference of each)."""


_EMPTY: Final[tuple[Any, ...]] = ([], {}, "", None, "${[]}", "${{}}", "${null}", '${""}', "[]")
_REFERENCE: Final = re.compile(r"[A-Za-z_][\w-]*(?:\[[^\]]*\])?\.[A-Za-z_*]|\bvariables\b")


class PolicyKnownBeforeApply(Rule):
    id = "LK_IAM_1"
    title = "IAM policies are known before apply"
    severity = "high"
    rationale = "A policy document that is known only after apply cannot be evaluated by any rule."
    remedy = "Write the document as JSON with literal ARNs or with references inside it."
    reference = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html"
    pack = "baseline"
    evaluates_unknown = True
    controls = {"nist": ["AC-6", "CM-3"], "soc2": ["CC6.3", "CC8.1"]}
    resources = ("*",)

    def problems(self, block: Block) -> Iterable[str]:
        # dict.items does not record reads: the rule evaluates unknown values itself.
        values = dict(block.items())
        text = repr(values)
        if self.entity_type not in (*IDENTITY, *RESOURCE) and not any(sign in text for sign in _SIGNS):
            return
        for path, value in _values(values, ""):
            if self._is_unknown_policy(path, value):
                yield _statement(value)

    def _is_unknown_policy(self, path: str, value: Any) -> bool:
        """Whether a value stands for a policy that is not known. LK_IAM_31 reports documents that are not valid."""
        if isinstance(value, str) and value.startswith(AT_PLAN):
            return False  # evaluated in the plan
        if _POLICY_DOCUMENT.search(str(value)):
            return True
        if self.entity_type in (*IDENTITY, *RESOURCE) and path in _POLICIES:
            # After an apply, the state of a resource without a policy has an empty text (`aws_sqs_queue`).
            return (value not in (None, "") or path == "assume_role_policy") and not policy_documents.is_known(value)
        return (
            path.rpartition(".")[2] in _NAMES
            and self.entity_type.startswith(("aws_", "awscc_"))
            and self.entity_type not in _OTHER_POLICIES
            and (is_unknown(value) or reference(value) is not None)
        )


def _statement(value: Any) -> str:
    if value in _EMPTY:
        return "the policy is empty, not a JSON object with Version and Statement"
    text = str(value)
    if text.lstrip().startswith("{"):
        return "the policy is not valid JSON around its expressions, so its statements are not known before apply"
    if not is_unknown(text) and reference(text) is None and not _POLICY_DOCUMENT.search(text):
        return f"the policy is `{text[:80]}`, not a JSON object with Version and Statement"
    return f"the statements of the policy are not known before apply; {_referred(text)}"


def _referred(value: str) -> str:
    """What an expression refers to; an expression without a reference as it is written."""
    inner = (value.removeprefix(DOCUMENT) if value.startswith(DOCUMENT) else value).removeprefix("${").removesuffix("}")
    if _REFERENCE.search(inner) or value.startswith((DOCUMENT, "data.")):
        return f"it refers to {inner[:80]}"
    return f"it is the expression `{inner[:80]}`"


def _values(value: Any, at: str) -> Iterator[tuple[str, Any]]:
    """Every single value and its path; those of documents in JSON texts included, except of known policies."""
    if isinstance(value, Mapping) and value:
        if policy_documents.has_policy_form(value) and "Statement" in value:
            return  # known; what it contains are statements
        for name, item in value.items():
            yield from _values(item, f"{at}.{name}" if at else str(name))
    elif isinstance(value, list) and value:
        for item in value:
            yield from _values(item, at)
    elif isinstance(value, str) and "${" in value and (document := policy_documents.parse_or_text(value)) is not value:
        yield from _values(document, at)
    else:
        yield at, value


check = PolicyKnownBeforeApply()
