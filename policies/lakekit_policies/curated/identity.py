"""Curated rules on identities and permissions."""

from __future__ import annotations

from typing import Final

from lakekit_policies.curated.entry import CheckovRule

_IAM: Final = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"

IDENTITY: Final[dict[str, CheckovRule]] = {
    "CKV_AWS_40": CheckovRule(
        "Policies are attached to roles, not to users",
        "medium",
        "Attach the policy to a role.",
        _IAM + "best-practices.html",
    ),
    "CKV_AWS_63": CheckovRule(
        "No policy allows every action",
        "critical",
        "Name the actions.",
        _IAM + "reference_policies_elements_action.html",
    ),
    "CKV_AWS_273": CheckovRule(
        "Users authenticate through single sign-on",
        "high",
        "Use IAM Identity Center or a federated role instead of aws_iam_user.",
        _IAM + "best-practices.html",
    ),
    "CKV_AWS_275": CheckovRule(
        "AdministratorAccess is not used",
        "high",
        "Write a policy with the required permissions.",
        _IAM + "access_policies_managed-vs-inline.html",
    ),
    "CKV_AWS_286": CheckovRule(
        "No policy allows privilege escalation",
        "critical",
        "Restrict the IAM actions, or PassRole and the services that run with the role.",
        _IAM + "access_policies_boundaries.html",
    ),
    "CKV_AWS_287": CheckovRule(
        "No policy exposes credentials",
        "high",
        "Restrict actions that return credentials to the required resources.",
        _IAM + "best-practices.html",
    ),
    "CKV_AWS_348": CheckovRule(
        "The root user has no access keys", "critical", "Delete the key.", _IAM + "root-user-best-practices.html"
    ),
    "CKV_AWS_355": CheckovRule(
        "No policy allows * for actions that support resources",
        "high",
        "Name the resources by ARN.",
        _IAM + "reference_policies_elements_resource.html",
    ),
    "CKV2_AWS_40": CheckovRule(
        "No policy allows all IAM actions", "critical", "Name the actions on IAM.", _IAM + "best-practices.html"
    ),
    "CKV2_AWS_56": CheckovRule(
        "IAMFullAccess is not attached",
        "critical",
        "Write a policy with the required permissions.",
        _IAM + "access_policies_managed-vs-inline.html",
    ),
}
