from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lakekit_policies.rules._shared.allowed_actions import ActionRule, OutsideAction
from lakekit_policies.terraform.declarations import Declarations

KINDS: Final = {
    "aws_iam_access_key": ("access_key", "creates an access key that does not expire and is kept in the state"),
    "aws_iam_user_login_profile": ("login_profile", "creates a console password"),
    "aws_iam_service_specific_credential": ("service_credential", "creates a password of a service"),
    "aws_iam_signing_certificate": ("signing_certificate", "lets a certificate sign requests of a user"),
    "aws_iam_user_ssh_key": ("ssh_key", "lets an SSH key act as a user"),
    "aws_transfer_ssh_key": ("ssh_key", "lets an SSH key transfer files"),
    "aws_key_pair": ("ssh_key", "lets an SSH key log in to instances"),
    "aws_cognito_user": ("login_profile", "creates a user with a password"),
    "aws_apigatewayv2_api_key": ("api_key", "creates a key of an API"),
    "aws_appsync_api_key": ("api_key", "creates a key of an API"),
    "aws_rolesanywhere_trust_anchor": ("roles_anywhere", "lets certificates of a private authority assume roles"),
}


class NoStaticCredentials(ActionRule):
    id = "LK_ACT_7"
    title = "Configurations create no access keys, console passwords or service credentials"
    severity = "critical"
    rationale = (
        "Static credentials work outside of the account until they are deleted, and Terraform keeps them in the "
        "state. Roles give credentials that expire."
    )
    remedy = (
        "Use roles: IAM Identity Center for people, OIDC for pipelines. To keep it, allow the kind in "
        "`trust_boundary.allowed_actions` of the environment file, with a reason."
    )
    reference = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"
    pack = "baseline"
    controls = {"nist": ["IA-5", "IA-2", "AC-2"], "cis": ["1.16"], "soc2": ["CC6.1"]}

    def actions(self, declared: Declarations) -> Iterable[OutsideAction]:
        for resource in declared.resources:
            if resource.mode == "managed" and resource.type in KINDS:
                kind, what = KINDS[resource.type]
                yield OutsideAction(resource.address, kind, f"{resource.type} {what}")


check = NoStaticCredentials()
