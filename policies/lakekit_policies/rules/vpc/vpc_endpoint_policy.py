from __future__ import annotations

import re
from collections.abc import Iterable

from lakekit_policies.boundary import Membership, current_boundary
from lakekit_policies.destinations.aws_owned import is_aws_bucket
from lakekit_policies.engine import unknown_tracking
from lakekit_policies.iam.boundary_keys import NETWORK_KEYS, restrictions
from lakekit_policies.iam.calls_outside import AllowedCalls, allowed_calls
from lakekit_policies.iam.documents import FoundPolicy, PolicyRole
from lakekit_policies.iam.statements import Statement
from lakekit_policies.rules._shared.policy_rule import PolicyRule
from lakekit_policies.terraform.blocks import Block

READ_ACTIONS = {"s3:GetObject"}
LOG_DELIVERY_ACTIONS = {"s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"}
# Buckets owned by EMR, for system logs and the Spark history server.
EMR_SERVICE_BUCKETS = re.compile(
    r"arn:aws[\w-]*:s3:::(?:aws157-logs-prod(?:-[a-z]{2}(?:-[a-z]+)+-\d)?|prod\.[a-z0-9-]+\.appinfo\.src)/\*"
)


class VpcEndpointPolicy(PolicyRule):
    id = "LK_VPC_1"
    title = "VPC endpoint policies allow the organization's principals and resources only"
    severity = "high"
    rationale = (
        "Without a policy, a VPC endpoint accepts any credentials for any account's resources, which allows data "
        "exfiltration from a private network."
    )
    remedy = (
        "Add conditions on `aws:PrincipalAccount` and `aws:ResourceAccount`, or their OrgID variants, to each "
        "statement, with accounts and organizations of the trust boundary."
    )
    reference = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html"
    pack = "baseline"
    controls = {"nist": ["AC-4", "SC-7(10)"], "soc2": ["CC6.6", "CC6.7"]}
    roles = (PolicyRole.ENDPOINT,)
    resources = ("aws_vpc_endpoint", "aws_vpc_endpoint_policy")
    evaluated_without_policy = ("aws_vpc_endpoint",)

    def problems(self, block: Block) -> Iterable[str]:
        if block.get("vpc_endpoint_type") == "GatewayLoadBalancer":
            return  # does not support policies
        if not block.get("policy") and not self._has_policy_resource(block):
            yield "policy is not set; all principals can access all resources"
        yield from super().problems(block)

    def policy_problems(self, policy: FoundPolicy, statements: tuple[Statement, ...], block: Block) -> Iterable[str]:
        if policy.role is not PolicyRole.ENDPOINT:
            return
        later = unknown_tracking.is_unknown(block, policy.attribute.partition(".")[0])
        for calls in allowed_calls(statements, current_boundary()):
            if _reads_named_buckets(calls) or _delivers_emr_logs(calls):
                continue
            for membership, label, allowed in (
                (calls.principals, "any principal", "principals"),
                (calls.resources, "any account's resources", "resources"),
            ):
                if membership is Membership.OUTSIDE:
                    yield f"{calls.statement.name} allows {label}"
                elif membership is Membership.UNKNOWN and not later:
                    yield f"{calls.statement.name} allows {allowed} not known to be inside of the trust boundary"

    def _has_policy_resource(self, block: Block) -> bool:
        return self.entity_type == "aws_vpc_endpoint_policy" or bool(
            self.peers.referencing("aws_vpc_endpoint_policy", "vpc_endpoint_id", {block.get("id")})
        )


def _reads_named_buckets(calls: AllowedCalls) -> bool:
    """Read-only access to buckets by name: for everyone if AWS publishes code in them, or from this VPC."""
    statement = calls.statement
    if statement.actions is None or not set(statement.actions) <= READ_ACTIONS or not statement.resources:
        return False
    if not all(":s3:::" in arn for arn in statement.resources):
        return False
    buckets = [arn.partition(":s3:::")[2].partition("/")[0] for arn in statement.resources]
    for_everyone = bool(statement.principals) and all(one.is_everyone for one in statement.principals or ())
    if for_everyone and all(map(is_aws_bucket, buckets)):
        return True
    return not any("*" in name for name in buckets) and _is_from_network(calls)


def _delivers_emr_logs(calls: AllowedCalls) -> bool:
    """Log delivery of EMR agents to EMR's buckets by name, from this VPC."""
    statement = calls.statement
    return (
        statement.actions is not None
        and set(statement.actions) <= LOG_DELIVERY_ACTIONS
        and bool(statement.resources)
        and all(EMR_SERVICE_BUCKETS.fullmatch(arn) for arn in statement.resources or ())
        and _is_from_network(calls)
    )


def _is_from_network(calls: AllowedCalls) -> bool:
    return restrictions(calls.requests, NETWORK_KEYS, current_boundary()).is_inside


check = VpcEndpointPolicy()
