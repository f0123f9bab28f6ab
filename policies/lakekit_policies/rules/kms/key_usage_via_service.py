from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from lakekit_policies.iam import policy_documents
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.conditions import is_conditioned
from lakekit_policies.rules._shared.policy_statements import policies, statement_name
from lakekit_policies.terraform.blocks import Block, mapping

DECRYPTING_ACTIONS = ("kms:decrypt", "kms:reencryptfrom", "kms:creategrant")


class KeyUsageViaService(Rule):
    id = "LK_KMS_5"
    title = "The account administers KMS keys and uses them only through AWS services"
    severity = "medium"
    rationale = (
        "With `kms:*` for the account, every administrator can decrypt data copied out of the lake. Key usage "
        "through an AWS service is limited to data the caller can read there, and is logged by that service."
    )
    remedy = (
        "Allow the account administrative actions, and Decrypt, GenerateDataKey and CreateGrant with the condition "
        "`kms:ViaService` (`EncryptionKey` does). Tag keys that principals use directly with `use: direct`."
    )
    reference = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html"
    pack = "baseline"
    controls = {"nist": ["AC-5", "AC-6", "SC-12"], "soc2": ["CC6.1", "CC6.3"]}
    resources = ("aws_kms_key",)

    def problems(self, block: Block) -> Iterable[str]:
        direct = {**mapping(block, "tags_all"), **mapping(block, "tags")}.get("use") == "direct"
        for document in policies(block):
            for statement in policy_documents.statements(document):
                accounts = [
                    principal for _, principal in policy_documents.principals(statement) if principal.endswith(":root")
                ]
                via_service = is_conditioned(statement, ("kms:viaservice",))
                if statement.get("Effect") != "Allow" or not accounts:
                    continue
                for action in policy_documents.items(statement, "Action"):
                    if action in ("*", "kms:*"):
                        yield f"{statement_name(statement)} gives {', '.join(accounts)} full access to the key"
                    elif direct or via_service:
                        continue
                    elif any(fnmatchcase(pattern, action.lower()) for pattern in DECRYPTING_ACTIONS):
                        holders = ", ".join(accounts)
                        yield f"{statement_name(statement)} allows {holders} {action} without kms:ViaService"


check = KeyUsageViaService()
