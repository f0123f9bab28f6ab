from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lakekit_policies import wildcards
from lakekit_policies.boundary import arns
from lakekit_policies.iam import policy_documents
from lakekit_policies.iam.documents import FoundPolicy, PolicyRole
from lakekit_policies.rules._shared.conditions import is_conditioned
from lakekit_policies.rules._shared.policy_rule import AllowStatementRule
from lakekit_policies.rules._shared.policy_statements import statement_name
from lakekit_policies.terraform.blocks import Block, mapping

DECRYPTING_ACTIONS = ("kms:decrypt", "kms:reencryptfrom", "kms:creategrant")


class KeyUsageViaService(AllowStatementRule):
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
    roles = (PolicyRole.RESOURCE,)

    def statement_problems(self, statement: dict[str, Any], policy: FoundPolicy, block: Block) -> Iterable[str]:
        del policy
        direct = {**mapping(block, "tags_all"), **mapping(block, "tags")}.get("use") == "direct"
        accounts = ", ".join(
            principal
            for _, principal in policy_documents.principals(statement)
            if principal.endswith(":root") or arns.is_account(principal)
        )
        via_service = is_conditioned(statement, ("kms:viaservice",))
        for action in policy_documents.items(statement, "Action") if accounts else ():
            if _is_every_key_action(action, self.entity_type):
                yield f"{statement_name(statement)} gives {accounts} full access to the key"
            elif not (direct or via_service) and action.lower().startswith("kms") and _decrypts(action):
                yield f"{statement_name(statement)} allows {accounts} {action} without kms:ViaService"


def _is_every_key_action(action: str, kind: str) -> bool:
    return action.lower() == "kms:*" or (action == "*" and kind.startswith("aws_kms_"))


def _decrypts(action: str) -> bool:
    return any(wildcards.matches(action.lower(), one) for one in DECRYPTING_ACTIONS)


check = KeyUsageViaService()
