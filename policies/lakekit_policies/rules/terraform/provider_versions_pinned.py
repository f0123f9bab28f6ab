from __future__ import annotations

import re
from collections.abc import Iterable

from lakekit_policies.rule import ConfigurationRule, Problem
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

UPPER_BOUND = re.compile(r"(^|,)\s*(~>|<=?|=\s*\d|\d)")


class ProviderVersionsPinned(ConfigurationRule):
    id = "LK_TF_6"
    title = "Providers have a full source and a bounded version range"
    severity = "medium"
    rationale = (
        "A new major version of a provider renames and removes attributes. Upgrades should be deliberate, not a "
        "result of `terraform init`."
    )
    remedy = "Set `source` to namespace/name and a version such as `>= 5.100.0, < 7.0.0` in the environment file."
    reference = "https://developer.hashicorp.com/terraform/language/providers/requirements"
    pack = "baseline"
    controls = {"nist": ["CM-2", "SA-10", "SR-3"], "soc2": ["CC8.1"]}

    def stack_problems(self, stack: SynthesizedStack) -> Iterable[Problem]:
        for name, requirement in stack.required_providers:
            version, source = str(requirement.get("version", "")), str(requirement.get("source", ""))
            if not version:
                yield Problem(f"provider.{name}", "version is not set")
            elif not UPPER_BOUND.search(version):
                yield Problem(f"provider.{name}", f"version {version!r} has no upper bound")
            if "/" not in source:
                yield Problem(f"provider.{name}", f"source {source!r} has no namespace")


check = ProviderVersionsPinned()
