from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from lakekit_policies.iam import policy_documents
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.conditions import is_conditioned
from lakekit_policies.rules._shared.policy_statements import policies, statement_name
from lakekit_policies.terraform.blocks import Block, mapping

READING = ("kms:decrypt", "kms:reencryptfrom", "kms:creategrant")


class KeyUsageViaService(Rule):
    id = "LK_KMS_5"
    title = "The account administers KMS keys and uses them only through AWS services"
    severity = "medium"
    rationale = (
        "With kms:* for the account every administrator can decrypt what he copies out of the lake. Through a service "
        "he reads only what he may read there, and the service's log says so."
    )
    remedy = (
        "Give the account the administrative actions, and Decrypt, GenerateDataKey, CreateGrant under kms:ViaService "
        "(EncryptionKey does). A key that principals use themselves carries the tag use: direct."
    )
    reference = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html"
    pack = "baseline"
    controls = {"nist": ["AC-5", "AC-6", "SC-12"], "soc2": ["CC6.1", "CC6.3"]}
    resources = ("aws_kms_key",)

    def problems(self, block: Block) -> Iterable[str]:
        direct = {**mapping(block, "tags_all"), **mapping(block, "tags")}.get("use") == "direct"
        for document in policies(block):
            for statement in policy_documents.statements(document):
                accounts = [who for _, who in policy_documents.principals(statement) if who.endswith(":root")]
                through = is_conditioned(statement, ("kms:viaservice",))
                if statement.get("Effect") != "Allow" or not accounts:
                    continue
                for action in policy_documents.items(statement, "Action"):
                    if action in ("*", "kms:*"):
                        yield f"{statement_name(statement)} gives {', '.join(accounts)} every right at once"
                    elif direct or through:
                        continue
                    elif any(fnmatchcase(reading, action.lower()) for reading in READING):
                        holders = ", ".join(accounts)
                        yield f"{statement_name(statement)} lets {holders} use {action} with no service in between"


check = KeyUsageViaService()
