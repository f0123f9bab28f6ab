from __future__ import annotations

import re
from collections.abc import Iterable

from lakekit_policies.iam import policy_documents
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.policy_statements import allow_statements, statement_name
from lakekit_policies.terraform.blocks import Block, as_list

PRINCIPAL_KEYS = ("aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths")
RESOURCE_KEYS = ("aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths")
RESTRICTING_OPERATORS = ("StringEquals", "StringLike", "ForAnyValue:StringLike", "ForAnyValue:StringEquals")
READ_ACTIONS = {"s3:GetObject"}
LOG_DELIVERY_ACTIONS = {"s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"}
# Buckets owned by EMR, for system logs and the Spark history server.
EMR_SERVICE_BUCKETS = re.compile(
    r"arn:aws[\w-]*:s3:::(?:aws157-logs-prod(?:-[a-z]{2}(?:-[a-z]+)+-\d)?|prod\.[a-z0-9-]+\.appinfo\.src)/\*"
)


class VpcEndpointPolicy(Rule):
    id = "LK_VPC_1"
    title = "VPC endpoint policies allow the organization's principals and resources only"
    severity = "high"
    rationale = (
        "Without a policy, a VPC endpoint accepts any credentials for any account's resources, which allows data "
        "exfiltration from a private network."
    )
    remedy = (
        "Add conditions on `aws:PrincipalAccount` and `aws:ResourceAccount`, or their OrgID variants, to each "
        "statement."
    )
    reference = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html"
    pack = "baseline"
    controls = {"nist": ["AC-4", "SC-7(10)"], "soc2": ["CC6.6", "CC6.7"]}
    resources = ("aws_vpc_endpoint",)

    def problems(self, block: Block) -> Iterable[str]:
        if block.get("vpc_endpoint_type") == "GatewayLoadBalancer":
            return  # does not support policies
        if not block.get("policy"):
            yield "policy is not set; all principals can access all resources"
        for statement in allow_statements(block):
            conditions = {
                key: values
                for operator, key, values in policy_documents.conditions(statement)
                if operator in RESTRICTING_OPERATORS
            }
            if _reads_named_buckets(statement, conditions) or _delivers_emr_logs(statement, conditions):
                continue
            for keys, label in ((PRINCIPAL_KEYS, "any principal"), (RESOURCE_KEYS, "any account's resources")):
                if not any(set(conditions.get(key, ["*"])) - {"*"} for key in keys):
                    yield f"{statement_name(statement)} allows {label}"


def _reads_named_buckets(statement: Block, conditions: Block) -> bool:
    """Read-only access to AWS package buckets by name, from this VPC."""
    resources = [str(arn) for arn in as_list(statement.get("Resource"))]
    return (
        set(policy_documents.items(statement, "Action")) <= READ_ACTIONS
        and all(":s3:::" in arn and "*" not in arn.partition(":s3:::")[2].partition("/")[0] for arn in resources)
        and bool({"aws:sourcevpc", "aws:sourcevpce"} & set(conditions))
    )


def _delivers_emr_logs(statement: Block, conditions: Block) -> bool:
    """Log delivery of EMR agents to EMR's buckets by name, from this VPC."""
    resources = [str(arn) for arn in as_list(statement.get("Resource"))]
    return (
        set(policy_documents.items(statement, "Action")) <= LOG_DELIVERY_ACTIONS
        and bool(resources)
        and all(EMR_SERVICE_BUCKETS.fullmatch(arn) for arn in resources)
        and bool({"aws:sourcevpc", "aws:sourcevpce"} & set(conditions))
    )


check = VpcEndpointPolicy()
