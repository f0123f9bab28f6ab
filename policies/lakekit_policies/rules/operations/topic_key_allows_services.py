from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.iam import policy_documents
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.kms_keys import key_problem
from lakekit_policies.terraform.blocks import Block, reference

DECRYPT = {"kms:decrypt", "kms:*"}
ENCRYPT = {"kms:generatedatakey", "kms:generatedatakey*", "kms:*"}


class TopicKeyAllowsServices(Rule):
    id = "LK_SNS_1"
    title = "Keys of encrypted topics allow the publishing services"
    severity = "high"
    rationale = (
        "CloudWatch cannot publish to a topic encrypted with `alias/aws/sns` or with a key whose policy does not "
        "allow it: the alarm changes state, but the notification is lost."
    )
    remedy = "Use a key whose policy allows each publishing service `kms:Decrypt` and `kms:GenerateDataKey`."
    reference = "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html"
    pack = "reliability"
    controls = {"nist": ["SC-28", "SC-12", "SI-4"], "soc2": ["CC6.1", "CC7.2"]}
    resources = ("aws_sns_topic",)

    def problems(self, block: Block) -> Iterable[str]:
        key = block.get("kms_master_key_id")
        if not key:
            return  # CKV_AWS_26 checks that the topic is encrypted
        if problem := key_problem(key, "kms_master_key_id"):
            yield problem
        identifiers = {block[name] for name in ("arn", "id") if isinstance(block.get(name), str)}
        publishing = {
            service
            for policy in self.peers.referencing("aws_sns_topic_policy", "arn", identifiers)
            for statement in policy_documents.statements(policy.block.get("policy"))
            if statement.get("Effect") == "Allow"
            for kind, service in policy_documents.principals(statement)
            if kind == "Service"
        }
        for peer in self.peers.all("aws_kms_key"):
            if reference(key) == peer.address:
                allowed = _allowed_services(peer.block)
                yield from (f"the key policy does not allow {service}" for service in sorted(publishing - allowed))


def _allowed_services(key: Block) -> set[str]:
    return {
        service
        for statement in policy_documents.statements(key.get("policy"))
        if statement.get("Effect") == "Allow"
        and all(
            {action.lower() for action in policy_documents.items(statement, "Action")} & required
            for required in (DECRYPT, ENCRYPT)
        )
        for kind, service in policy_documents.principals(statement)
        if kind == "Service"
    }


check = TopicKeyAllowsServices()
