from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lakekit_policies import wildcards
from lakekit_policies.boundary import arns
from lakekit_policies.iam import policy_documents
from lakekit_policies.iam.documents import FoundPolicy, PolicyRole
from lakekit_policies.rules._shared.conditions import is_conditioned
from lakekit_policies.rules._shared.policy_rule import AllowStatementRule
from lakekit_policies.rules._shared.policy_statements import allow_statements, statement_name
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, mapping

DECRYPTING_ACTIONS = ("kms:decrypt", "kms:reencryptfrom", "kms:creategrant")


class KeyUsageViaService(AllowStatementRule):
    id = "LK_KMS_5"
    title = "The account administers KMS keys and uses them only through AWS services"
    severity = "medium"
    rationale = (
        "A key policy that lets an account decrypt without a condition includes data copied out of the lake. Key usage "
        "through an AWS service is limited to data the caller can read there, and is logged by that service. The "
        "default statement of AWS, `kms:*` on `*` for the account that owns the key, is accepted: it delegates to IAM "
        "policies, which have rules of their own. It is reported where it makes a `kms:ViaService` condition or a list "
        "of actions for the same account ineffective."
    )
    remedy = (
        "Allow the account administrative actions, and Decrypt, GenerateDataKey and CreateGrant with the condition "
        "`kms:ViaService` (`EncryptionKey` does). Tag keys that principals use directly with `use: direct`."
    )
    reference = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html"
    pack = "baseline"
    controls = {"nist": ["AC-5", "AC-6", "SC-12"], "soc2": ["CC6.1", "CC6.3"]}
    roles = (PolicyRole.RESOURCE,)
    services = ("aws_kms",)

    def statement_problems(self, statement: dict[str, Any], policy: FoundPolicy, block: Block) -> Iterable[str]:
        if _is_default(statement):
            if limited := _limited_usage(policy, statement):
                yield f"{statement_name(statement)} makes {limited} ineffective"
            return
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


def _is_default(statement: dict[str, Any]) -> bool:
    """Whether this is the statement of the default key policy of AWS, for the account that owns the key.

    Where the plan does not show its account, any account is accepted; LK_IAM_8 compares it with the trust boundary.
    """
    principals = list(policy_documents.principals(statement))
    accounts = {_account(name) for kind, name in principals if kind == "AWS"}
    own = stack_context.current().account_id
    return (
        len(principals) == 1
        and None not in accounts
        and (not own or accounts == {own})
        and [action.lower() for action in policy_documents.items(statement, "Action")] == ["kms:*"]
        and policy_documents.items(statement, "Resource") in (["*"], [])
        and not {"Condition", "NotAction", "NotResource", "NotPrincipal"} & {key for key in statement if statement[key]}
    )


def _limited_usage(policy: FoundPolicy, default: dict[str, Any]) -> str:
    """A limit of another statement for the account of the default statement: `kms:ViaService`, or its actions."""
    accounts = {_account(name) for _, name in policy_documents.principals(default)}
    for other in allow_statements(policy):
        if accounts & {_account(name) for _, name in policy_documents.principals(other)}:
            if is_conditioned(other, ("kms:viaservice",)):
                return f"kms:ViaService in {statement_name(other)}"
            if not _is_default(other):
                return f"the list of actions in {statement_name(other)}"
    return ""


def _account(principal: str) -> str | None:
    """The account that a principal names as a whole, None for any other principal."""
    if arns.is_account(principal):
        return principal
    arn = arns.parse(principal)
    return arn.account if arn is not None and principal.endswith(":root") else None


def _is_every_key_action(action: str, kind: str) -> bool:
    return action.lower() == "kms:*" or (action == "*" and kind.startswith("aws_kms_"))


def _decrypts(action: str) -> bool:
    return any(wildcards.matches(action.lower(), one) for one in DECRYPTING_ACTIONS)


check = KeyUsageViaService()
