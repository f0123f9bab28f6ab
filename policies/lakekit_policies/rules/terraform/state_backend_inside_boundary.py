from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.boundary import Membership, current_boundary
from lakekit_policies.destinations import destinations, membership
from lakekit_policies.rule import Problem, StackRule
from lakekit_policies.rules._shared.connection_settings import changed_connections
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.declarations import Declaration
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack


class StateBackendInsideBoundary(StackRule):
    id = "LK_TF_8"
    title = "The state is stored inside the trust boundary"
    severity = "critical"
    rationale = (
        "The state contains secrets and every attribute of the resources. The owner of its bucket, of the host of an "
        "endpoint or of the role that writes it reads them, and can change the state that the next plan starts from."
    )
    remedy = (
        "Store the state in a bucket of the environment, without another endpoint or proxy. State a trusted bucket "
        "in `trust_boundary.buckets`, a host in `trust_boundary.hosts`, an account in `trust_boundary.accounts`."
    )
    reference = "https://developer.hashicorp.com/terraform/language/backend/s3#configuration"
    pack = "baseline"
    controls = {"nist": ["AC-4", "SC-28", "CM-5"], "soc2": ["CC6.1", "CC6.7"]}

    def problems(self, stack: SynthesizedStack) -> Iterable[Problem]:
        boundary, metadata = current_boundary(), stack_context.current()
        # Without a stated boundary, no bucket is known to be inside.
        strict = boundary.stated and metadata.at_least("staging")
        settings = stack.backends.get("s3", {})
        for one in destinations(Declaration("terraform.backend.s3", "managed", "terraform_backend", settings)):
            found, text = membership(one, boundary, metadata), f"the s3 backend's {one.path}: {one.kind} {one.value}"
            if found is Membership.OUTSIDE:
                yield Problem("", f"{text} is outside of the trust boundary")
            elif found is Membership.UNKNOWN:
                yield Problem("", f"{text} is not known to be inside of the trust boundary", warning=not strict)
        for key, message in changed_connections(settings):
            if key != "endpoints":
                yield Problem("", f"the s3 backend: {message}")


check = StateBackendInsideBoundary()
