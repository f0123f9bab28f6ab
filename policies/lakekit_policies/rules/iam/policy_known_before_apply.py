from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.iam import policy_documents
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.policy_statements import IDENTITY, RESOURCE, policies
from lakekit_policies.terraform.blocks import Block


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
    resources = (*IDENTITY, *RESOURCE)

    def problems(self, block: Block) -> Iterable[str]:
        trust = [block["assume_role_policy"]] if "assume_role_policy" in block else []
        for document in [*policies(block), *trust]:
            # LK_IAM_31 reports documents that are not valid.
            is_malformed = policy_documents.is_known(document) or policy_documents.has_policy_form(document)
            if not is_malformed and (not isinstance(document, dict) or not document.get("Statement")):
                yield f"the statements of the policy are not known before apply; it refers to {str(document)[:80]}"


check = PolicyKnownBeforeApply()
