from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from lakekit_policies.boundary import current_boundary
from lakekit_policies.destinations import Destination, Kind, membership
from lakekit_policies.destinations.model import Use
from lakekit_policies.rules._shared.allowed_actions import ActionRule, OutsideAction
from lakekit_policies.terraform.declarations import Declarations
from lakekit_policies.terraform.stack_context import current

_OWN: Final = frozenset({"s3", "local"})
_FOREIGN: Final = frozenset({"endpoint", "endpoints", "iam_endpoint", "sts_endpoint"})


class RemoteStateOwnBackend(ActionRule):
    id = "LK_ACT_6"
    title = "Remote states are read from the S3 backend of the environment"
    severity = "high"
    rationale = (
        "Outputs of a remote state become arguments of resources. A foreign backend decides about them after "
        "the review; an `http` backend also receives the credentials of the request."
    )
    remedy = (
        "Read states from the S3 backend of the environment. To keep another one, allow the kind in "
        "`trust_boundary.allowed_actions` of the environment file, with a reason."
    )
    reference = "https://developer.hashicorp.com/terraform/language/state/remote-state-data"
    pack = "baseline"
    controls = {"nist": ["CM-3", "SC-7"], "soc2": ["CC6.6", "CC8.1"]}

    def actions(self, declared: Declarations) -> Iterable[OutsideAction]:
        for resource in declared.resources:
            if resource.type != "terraform_remote_state":
                continue
            backend = str(resource.arguments.get("backend", ""))
            stated = resource.arguments.get("config")
            config = stated if isinstance(stated, Mapping) else {}
            other = sorted(_FOREIGN & set(config))
            if backend not in _OWN:
                message = f"the state is read from the backend {backend or 'that is not known'}"
            elif other:
                message = f"the state is read from another endpoint ({', '.join(other)})"
            elif bucket := _foreign_bucket(config):
                message = f"the bucket {bucket} of the state is not known to be inside of the trust boundary"
            else:
                continue
            yield OutsideAction(resource.address, "remote_state", message)


def _foreign_bucket(config: Mapping[str, Any]) -> str:
    """The bucket of a state that is not known to be inside the trust boundary; empty for expressions."""
    bucket = str(config.get("bucket", ""))
    if not bucket or "${" in bucket:
        return ""
    found = membership(Destination(Kind.BUCKET, bucket, "config.bucket", Use.DATA), current_boundary(), current())
    return "" if found.is_inside else bucket


check = RemoteStateOwnBackend()
