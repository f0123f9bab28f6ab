from __future__ import annotations

import re
from collections.abc import Iterable

from lakekit_policies.rule import Problem, StackRule
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

UPPER_BOUND = re.compile(r"(^|,)\s*(~>|<=?|=?\s*\d)")


class ProviderVersionsPinned(StackRule):
    id = "LK_TF_6"
    title = "Providers have a full source and a bounded version range"
    severity = "medium"
    rationale = "A major version of a provider renames and removes attributes: it arrives by decision, not by init."
    remedy = "Set source to namespace/name and a version such as >= 5.100.0, < 7.0.0 in the environment."
    reference = "https://developer.hashicorp.com/terraform/language/providers/requirements"
    pack = "baseline"
    controls = {"nist": ["CM-2", "SA-10", "SR-3"], "soc2": ["CC8.1"]}

    def problems(self, stack: SynthesizedStack) -> Iterable[Problem]:
        for name, wanted in stack.required_providers:
            version, source = str(wanted.get("version", "")), str(wanted.get("source", ""))
            if not UPPER_BOUND.search(version):
                yield Problem(f"provider.{name}", f"version {version!r} has no upper bound")
            if "/" not in source:
                yield Problem(f"provider.{name}", f"source {source!r} names no namespace")


check = ProviderVersionsPinned()
