from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Problem, StackRule
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack


class StateBackendEncryptedAndLocked(StackRule):
    id = "LK_TF_4"
    title = "The state backend is remote, encrypted and locked"
    severity = "high"
    rationale = (
        "The state contains secrets in plaintext. Concurrent applies without a lock overwrite each other's state."
    )
    remedy = "Use the s3 backend with `encrypt` and `use_lockfile`. A local backend is allowed in sandbox only."
    reference = "https://developer.hashicorp.com/terraform/language/backend/s3"
    pack = "baseline"
    controls = {"nist": ["SC-28(1)", "CM-3"], "soc2": ["CC6.1", "CC8.1"]}

    def problems(self, stack: SynthesizedStack) -> Iterable[Problem]:
        backends = stack.backends
        if stack_context.current().at_least("dev") and set(backends) <= {"local"}:
            yield Problem("", f"tier {stack_context.current().tier} uses a local backend; use s3")
        for kind in sorted(set(backends) - {"local", "s3"}):
            yield Problem("", f"the {kind} backend is not evaluated; use s3")
        for key in ("encrypt", "use_lockfile"):
            if "s3" in backends and backends["s3"].get(key) is not True:
                yield Problem("", f"the s3 backend does not set {key}")


check = StateBackendEncryptedAndLocked()
