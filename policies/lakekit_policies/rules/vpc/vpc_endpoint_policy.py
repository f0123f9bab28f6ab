from __future__ import annotations

import re
from collections.abc import Iterable

from lakekit_policies.iam import policy_documents
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.policy_statements import allow_statements, statement_name
from lakekit_policies.terraform.blocks import Block, as_list

CALLERS = ("aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths")
TARGETS = ("aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths")
BINDING = ("StringEquals", "StringLike", "ForAnyValue:StringLike", "ForAnyValue:StringEquals")
READING = {"s3:GetObject"}
WRITING = {"s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"}
# Buckets that are EMR's own by name, for its system logs and its Spark history server.
OF_EMR = re.compile(
    r"arn:aws[\w-]*:s3:::(?:aws157-logs-prod(?:-[a-z]{2}(?:-[a-z]+)+-\d)?|prod\.[a-z0-9-]+\.appinfo\.src)/\*"
)


class VpcEndpointPolicy(Rule):
    id = "LK_VPC_1"
    title = "VPC endpoint policies allow the organization's principals and resources only"
    severity = "high"
    rationale = (
        "Without a policy an endpoint carries any credentials to any account's bucket: the usual way out for data "
        "from a network without internet."
    )
    remedy = "Ask in each statement for aws:PrincipalAccount and aws:ResourceAccount, or their OrgID forms."
    reference = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html"
    pack = "baseline"
    controls = {"nist": ["AC-4", "SC-7(10)"], "soc2": ["CC6.6", "CC6.7"]}
    resources = ("aws_vpc_endpoint",)

    def problems(self, block: Block) -> Iterable[str]:
        if block.get("vpc_endpoint_type") == "GatewayLoadBalancer":
            return  # takes no policy
        if not block.get("policy"):
            yield "the endpoint has no policy, so it admits everyone to everything"
        for statement in allow_statements(block):
            asked = {
                key: values for operator, key, values in policy_documents.conditions(statement) if operator in BINDING
            }
            if _reads_named_buckets(statement, asked) or _feeds_emr(statement, asked):
                continue
            for keys, what in ((CALLERS, "any caller"), (TARGETS, "any account's resources")):
                if not any(set(asked.get(key, ["*"])) - {"*"} for key in keys):
                    yield f"{statement_name(statement)} admits {what}"


def _reads_named_buckets(statement: Block, asked: Block) -> bool:
    """Installing from package buckets of AWS: reading alone, buckets by name, from this network."""
    resources = [str(arn) for arn in as_list(statement.get("Resource"))]
    return (
        set(policy_documents.items(statement, "Action")) <= READING
        and all(":s3:::" in arn and "*" not in arn.partition(":s3:::")[2].partition("/")[0] for arn in resources)
        and bool({"aws:sourcevpc", "aws:sourcevpce"} & set(asked))
    )


def _feeds_emr(statement: Block, asked: Block) -> bool:
    """Logs that EMR's agents hand to EMR: to its own buckets by name, from this network."""
    resources = [str(arn) for arn in as_list(statement.get("Resource"))]
    return (
        set(policy_documents.items(statement, "Action")) <= WRITING
        and bool(resources)
        and all(OF_EMR.fullmatch(arn) for arn in resources)
        and bool({"aws:sourcevpc", "aws:sourcevpce"} & set(asked))
    )


check = VpcEndpointPolicy()
