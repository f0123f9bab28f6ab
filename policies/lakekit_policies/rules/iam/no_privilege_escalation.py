from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from lakekit_policies import wildcards
from lakekit_policies.iam import access_levels
from lakekit_policies.iam.documents import FoundPolicy, PolicyRole
from lakekit_policies.iam.statements import Statement
from lakekit_policies.rules._shared.policy_rule import PolicyRule
from lakekit_policies.rules._shared.policy_statements import Effects, is_denied, is_wildcard, single_actions
from lakekit_policies.rules._shared.sharing_actions import SHARING_ACTIONS
from lakekit_policies.terraform.blocks import Block

# Actions that allow privilege escalation on any resource.
ESCALATING_ACTIONS = {
    "iam:addusertogroup": "adds users to groups",
    "iam:attachgrouppolicy": "attaches policies",
    "iam:attachrolepolicy": "attaches policies",
    "iam:attachuserpolicy": "attaches policies",
    "iam:createaccesskey": "creates credentials for other users",
    "iam:createloginprofile": "creates console passwords for other users",
    "iam:createpolicyversion": "replaces policies",
    "iam:deleterolepermissionsboundary": "removes permissions boundaries",
    "iam:deleteuserpermissionsboundary": "removes permissions boundaries",
    "iam:putgrouppolicy": "writes policies",
    "iam:putrolepermissionsboundary": "changes permissions boundaries",
    "iam:putrolepolicy": "writes policies",
    "iam:putuserpermissionsboundary": "changes permissions boundaries",
    "iam:putuserpolicy": "writes policies",
    "iam:setdefaultpolicyversion": "activates other policy versions",
    "iam:updateassumerolepolicy": "changes trust policies",
    "iam:updateloginprofile": "changes console passwords of other users",
    "glue:putresourcepolicy": "shares the catalog with other accounts",
    "kms:putkeypolicy": "changes the key policy",
    "lakeformation:batchgrantpermissions": "grants Lake Formation permissions",
    "lakeformation:grantpermissions": "grants Lake Formation permissions",
    "lakeformation:putdatalakesettings": "changes Lake Formation administrators",
    "iam:createopenidconnectprovider": "trusts another identity provider",
    "iam:createsamlprovider": "trusts another identity provider",
    "iam:updatesamlprovider": "trusts another identity provider",
    "organizations:deletepolicy": "removes service control policies",
    "organizations:detachpolicy": "removes service control policies",
    "organizations:leaveorganization": "removes the account from its service control policies",
    "organizations:updatepolicy": "changes service control policies",
    "rolesanywhere:createtrustanchor": "trusts another certificate authority",
    "iam:addclientidtoopenidconnectprovider": "trusts another client of an identity provider",
    "iam:createservicespecificcredential": "creates credentials for other users",
    "iam:resetservicespecificcredential": "creates credentials for other users",
    "iam:uploadsigningcertificate": "creates credentials for other users",
    "iam:uploadsshpublickey": "creates credentials for other users",
    "iam:updateaccesskey": "activates access keys of other users",
    "iam:deactivatemfadevice": "removes the second factor of other users",
    "codestar:associateteammember": "attaches policies",
    "codestar:createproject": "creates resources with the service role of CodeStar",
    "codestar:createprojectfromtemplate": "creates resources with the service role of CodeStar",
    "eks:associateaccesspolicy": "changes who administers the cluster",
    "eks:createaccessentry": "changes who administers the cluster",
    "identitystore:creategroupmembership": "adds users to groups",
    "organizations:moveaccount": "removes the account from its service control policies",
    "organizations:disablepolicytype": "removes service control policies",
    "sso:attachcustomermanagedpolicyreferencetopermissionset": "attaches policies",
    "sso:deletepermissionsboundaryfrompermissionset": "removes permissions boundaries",
    "sso:putpermissionsboundarytopermissionset": "changes permissions boundaries",
    "rolesanywhere:updatetrustanchor": "trusts another certificate authority",
    "iam:tagrole": "changes attributes that conditions on tags evaluate",
    "iam:taguser": "changes attributes that conditions on tags evaluate",
    "iam:untagrole": "changes attributes that conditions on tags evaluate",
    "iam:untaguser": "changes attributes that conditions on tags evaluate",
    "es:updatedomainconfig": "changes access to the domain",
    "es:createdomain": "sets access to the domain",
    "lakeformation:addlftagstoresource": "grants access to principals with a permission on the tag",
    "lakeformation:createlakeformationoptin": "changes which permissions apply",
    "lakeformation:deletedatacellsfilter": "changes which rows and columns are granted",
    "lakeformation:deletelftag": "changes what permissions on tags grant",
    "lakeformation:deregisterresource": "replaces Lake Formation permissions by those of IAM",
    "lakeformation:registerresource": "gives access with the role of the location",
    "lakeformation:removelftagsfromresource": "changes what permissions on tags grant",
    "lakeformation:updatedatacellsfilter": "changes which rows and columns are granted",
    "lakeformation:updatelftag": "changes what permissions on tags grant",
    "lakeformation:updatelftagexpression": "changes what permissions on tags grant",
    "lakeformation:updateresource": "changes which permissions apply to the location",
    "lambda:createfunctionurlconfig": "gives the function a URL",
    "lambda:updatefunctionurlconfig": "changes who can call the URL of the function",
    "sso:attachmanagedpolicytopermissionset": "attaches policies",
    "sso:createaccountassignment": "assigns permission sets",
    "sso:putinlinepolicytopermissionset": "writes policies",
    "lambda:addpermission": "changes who can invoke the function",
    "s3:putaccountpublicaccessblock": "disables the account's public access block",
    "s3:putbucketacl": "changes access to the bucket",
    "s3:putbucketpolicy": "changes access to the bucket",
    "s3:putbucketpublicaccessblock": "disables the bucket's public access block",
    "s3:putobjectacl": "changes access to objects",
    "secretsmanager:putresourcepolicy": "shares the secret with other accounts",
}

# Actions that give the permissions of their resource: allowed on named resources, not on wildcards.
DELEGATING_ACTIONS = {
    "airflow:createclitoken": "runs commands of Airflow",
    "airflow:createweblogintoken": "logs in to Airflow with any of its roles",
    "rds:modifydbcluster": "changes the password and the network of the database",
    "rds:modifydbinstance": "changes the password and the network of the database",
    "redshift:modifycluster": "changes the password and the network of the cluster",
    "codebuild:startbuild": "runs commands with the project's role",
    "codebuild:updateproject": "changes commands that run with the project's role",
    "elasticmapreduce:addjobflowsteps": "runs code with the cluster's role",
    "lambda:updatefunctionconfiguration": "adds layers that run with the function's role",
    "cloudformation:createchangeset": "uses the stack's role",
    "cloudformation:createstack": "creates resources that no plan shows",
    "cloudformation:createstackinstances": "uses the stack set's role in other accounts",
    "cloudformation:executechangeset": "uses the stack's role",
    "cloudformation:updatestack": "uses the stack's role",
    "cloudformation:updatestackset": "uses the stack set's role in other accounts",
    "ec2-instance-connect:sendsshpublickey": "uses the instance's role",
    "glue:updatedevendpoint": "uses the endpoint's role",
    "glue:updatejob": "changes code that runs with the job's role",
    "lambda:updatefunctioncode": "changes code that runs with the function's role",
    "ssm:sendcommand": "uses the instance's role",
    "ssm:startsession": "uses the instance's role",
    "states:updatestatemachine": "changes code that runs with the state machine's role",
    "codebuild:startbuildbatch": "runs commands with the project's role",
    "codepipeline:updatepipeline": "changes what the pipeline deploys with its role",
    "ecs:executecommand": "uses the task's role",
    "redshift:getclustercredentials": "logs in as any user of the database",
    "rds-db:connect": "logs in as any user of the database",
    "sagemaker:createpresigneddomainurl": "uses the role of the user profile",
    "sagemaker:createpresignednotebookinstanceurl": "uses the notebook's role",
    "servicecatalog:createprovisionedproductplan": "uses the launch role of the product",
    "servicecatalog:executeprovisionedproductplan": "uses the launch role of the product",
    "servicecatalog:provisionproduct": "uses the launch role of the product",
    "servicecatalog:updateprovisionedproduct": "uses the launch role of the product",
    "ssm:createassociation": "uses the instance's role",
    "ssm:resumesession": "uses the instance's role",
    "ssm:startautomationexecution": "uses the role of the automation",
    "sts:assumerole": "assumes any role that trusts the account",
}

_DELEGATING = Effects(DELEGATING_ACTIONS)
OWN_CREDENTIALS = re.compile(
    r"iam:(?:create|delete|update|deactivate|reset|upload)(?:accesskey|loginprofile|mfadevice|servicespecificcredential"
    r"|signingcertificate|sshpublickey|virtualmfadevice)"
)
"""Actions that escalate only on other users; users manage their own password, keys and devices with them."""
OWN_USER = re.compile(r"arn:[\w*-]+:iam::[\d*]*:(?:user|mfa)/(?:[^$]*/)?\$\{aws:username\}")
# Of level "Permissions management", but they read, take permissions away, concern the caller, or have another rule.
_HARMLESS = re.compile(
    r"(?:[\w-]+:(?:allowvendedlogdelivery|deauthorize|describe|disassociate|get|list|reject|revoke|retire|validate)\w*"
    r"|iam:(?:changepassword|createservicelinkedrole|createvirtualmfadevice|deleteservicelinkedrole|enablemfadevice|passrole"
    r"|resyncmfadevice)|kms:creategrant|rds-db:connect|redshift:(?:createclusteruser|joingroup)|s3:bypassgovernanceretention"
    r"|ec2:(?:create|delete)networkinterfacepermission|(?:sns:createtopic|sqs:createqueue)|managedblockchain:\w+"
    r"|glue:(?!putresourcepolicy|deleteresourcepolicy)\w+|cognito-identity:(?:merge|unlink)\w+"
    r"|cognito-identity:deleteidentities|lambda:(?:enable|disable)replication|lightsail:\w+)"
)


@cache
def _escalating() -> Effects:
    """Actions and what they do, on any resource: those of this list, and of the level "Permissions management"."""
    by_level = (one for one in access_levels.every(access_levels.PERMISSIONS) if not _HARMLESS.fullmatch(one))
    return Effects(dict.fromkeys(sorted(by_level), "manages permissions") | ESCALATING_ACTIONS | SHARING_ACTIONS)


class NoPrivilegeEscalation(PolicyRule):
    id = "LK_IAM_21"
    title = "IAM policies allow no privilege escalation"
    severity = "critical"
    rationale = (
        "A principal that can write policies, trust policies or grants can give itself any permission: actions of the "
        "access level Permissions management, and others with the same effect. CKV_AWS_286 "
        "reports such actions on * only; on a named role or key they allow privilege escalation too."
    )
    remedy = (
        "Reserve these actions for the deploying role. Name the role for `sts:AssumeRole`; add the condition "
        "`kms:GrantIsForAWSResource` to `kms:CreateGrant`."
    )
    reference = "https://docs.aws.amazon.com/prescriptive-guidance/latest/privileged-access-management-aws/privilege-escalation.html"
    pack = "baseline"
    controls = {"nist": ["AC-6", "AC-6(1)", "AC-6(10)"], "cis": ["1.16"], "soc2": ["CC6.3"]}
    roles = (PolicyRole.IDENTITY,)

    def policy_problems(self, policy: FoundPolicy, statements: tuple[Statement, ...], block: Block) -> Iterable[str]:
        del block
        if policy.role is not PolicyRole.IDENTITY:
            return
        for statement in statements:
            broad = tuple(arn for arn in statement.resources or ("*",) if is_wildcard(arn))
            for action in single_actions(statement):
                yield from _escalations(statement, action, statements, broad)


def _escalations(
    statement: Statement, action: str, statements: tuple[Statement, ...], broad: tuple[str, ...]
) -> Iterator[str]:
    resources = statement.resources or ("*",)
    for known, on in ((_escalating(), resources), (_DELEGATING, broad)):
        for escalating in known.named(action) if on else ():
            if OWN_CREDENTIALS.fullmatch(escalating) and all(map(OWN_USER.fullmatch, resources)):
                continue
            allowed = [arn for arn in on if not is_denied(statements, escalating, arn)]
            if allowed:
                yield f"{statement.name} allows {escalating} on {', '.join(allowed)}, which {known[escalating]}"
                return
    if (
        wildcards.matches(action, "kms:creategrant")
        and not _is_restricted_to_aws_services(statement)
        and not all(is_denied(statements, "kms:creategrant", arn) for arn in resources)
    ):
        yield f"{statement.name} allows kms:CreateGrant without kms:GrantIsForAWSResource, which delegates the key"


def _is_restricted_to_aws_services(statement: Statement) -> bool:
    return any(
        condition.operator.lower() == "bool"
        and condition.key == "kms:grantisforawsresource"
        and condition.values == ("true",)
        for condition in statement.conditions
    )


check = NoPrivilegeEscalation()
