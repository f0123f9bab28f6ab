from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any

from lakekit_policies.iam import policy_documents
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.policy_statements import DATA_SERVICES, IDENTITY, allow_statements, statement_name
from lakekit_policies.terraform.blocks import Block

# Actions whose holder can make himself, or somebody he is, into more than he was; whatever the resource.
MAKES_RIGHTS = {
    "iam:addusertogroup": "joins groups",
    "iam:attachgrouppolicy": "attaches policies",
    "iam:attachrolepolicy": "attaches policies",
    "iam:attachuserpolicy": "attaches policies",
    "iam:createaccesskey": "makes credentials of others",
    "iam:createloginprofile": "makes logins of others",
    "iam:createpolicyversion": "rewrites policies",
    "iam:deleterolepermissionsboundary": "lifts boundaries",
    "iam:deleteuserpermissionsboundary": "lifts boundaries",
    "iam:putgrouppolicy": "writes policies",
    "iam:putrolepermissionsboundary": "changes boundaries",
    "iam:putrolepolicy": "writes policies",
    "iam:putuserpermissionsboundary": "changes boundaries",
    "iam:putuserpolicy": "writes policies",
    "iam:setdefaultpolicyversion": "switches policies",
    "iam:updateassumerolepolicy": "rewrites who may be what",
    "iam:updateloginprofile": "changes logins of others",
    "glue:putresourcepolicy": "shares the catalog with anyone",
    "kms:putkeypolicy": "rewrites who uses the key",
    "lakeformation:batchgrantpermissions": "grants on the lake",
    "lakeformation:grantpermissions": "grants on the lake",
    "lakeformation:putdatalakesettings": "names administrators of the lake",
    "lambda:addpermission": "lets anyone call the function",
    "s3:putaccountpublicaccessblock": "lifts the account's public access block",
    "s3:putbucketacl": "opens the bucket",
    "s3:putbucketpolicy": "opens the bucket",
    "s3:putbucketpublicaccessblock": "lifts the bucket's public access block",
    "s3:putobjectacl": "opens objects",
    "secretsmanager:putresourcepolicy": "shares the secret with anyone",
}

# Actions that lend the rights of what they name: fine on what is named, a way up on everything.
LENDS_RIGHTS = {
    "cloudformation:updatestack": "runs with the stack's role",
    "ec2-instance-connect:sendsshpublickey": "is the instance",
    "glue:updatedevendpoint": "runs with the endpoint's role",
    "glue:updatejob": "rewrites what runs with the job's role",
    "lambda:updatefunctioncode": "rewrites what runs with the function's role",
    "ssm:sendcommand": "is the instance",
    "ssm:startsession": "is the instance",
    "states:updatestatemachine": "rewrites what runs with the machine's role",
    "sts:assumerole": "is any role that trusts the account",
}


class NoPrivilegeEscalation(Rule):
    id = "LK_IAM_21"
    title = "IAM policies allow no privilege escalation"
    severity = "critical"
    rationale = (
        "Who may write a policy, a trust or a grant has every right there is, in two steps instead of one. "
        "CKV_AWS_286 sees such actions on *; on a named role or key they are as much a way up."
    )
    remedy = (
        "Leave rights to the role that deploys. Name the exact role for sts:AssumeRole; kms:CreateGrant takes the "
        "condition kms:GrantIsForAWSResource."
    )
    reference = "https://docs.aws.amazon.com/prescriptive-guidance/latest/privileged-access-management-aws/privilege-escalation.html"
    pack = "baseline"
    controls = {"nist": ["AC-6", "AC-6(1)", "AC-6(10)"], "cis": ["1.16"], "soc2": ["CC6.3"]}
    resources = IDENTITY

    def problems(self, block: Block) -> Iterable[str]:
        for statement in allow_statements(block):
            for action in policy_documents.items(statement, "Action"):
                # * alone is CKV_AWS_63's matter, s3:* and the like LK_IAM_2's.
                service, _, verb = action.lower().partition(":")
                if action != "*" and not ("*" in verb and service in DATA_SERVICES):
                    yield from _ways(statement, action.lower())


def _ways(statement: dict[str, Any], action: str) -> Iterator[str]:
    resources = policy_documents.items(statement, "Resource")
    for known, why in MAKES_RIGHTS.items():
        if fnmatchcase(known, action):
            yield f"{statement_name(statement)} allows {known} on {', '.join(resources)}: its holder {why}"
            return
    wide = [arn for arn in resources if _is_wide(arn)]
    for known, why in LENDS_RIGHTS.items():
        if wide and fnmatchcase(known, action):
            yield f"{statement_name(statement)} allows {known} on {', '.join(wide)}: its holder {why}"
            return
    if fnmatchcase("kms:creategrant", action) and not _for_services_alone(statement):
        yield f"{statement_name(statement)} allows kms:CreateGrant for anyone: its holder lends the key out"


def _is_wide(arn: str) -> bool:
    return arn == "*" or arn.split(":", 5)[-1].replace(":", "/").partition("/")[2] in ("", "*")


def _for_services_alone(statement: dict[str, Any]) -> bool:
    return any(
        operator.startswith("Bool") and key == "kms:grantisforawsresource" and values == ["true"]
        for operator, key, values in policy_documents.conditions(statement)
    )


check = NoPrivilegeEscalation()
