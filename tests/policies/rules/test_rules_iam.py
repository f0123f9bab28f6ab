"""Rules for IAM roles, identity policies and resource policies."""

from __future__ import annotations

from iam_fixtures import BUCKET, IAM
from rule_case_tests import test_passes, test_rejects
from rule_cases import ACCOUNT, Case, Change, add_statement, policy, put, resources, statement

__all__ = ["test_passes", "test_rejects"]

_POLICY = "aws_iam_role_policy/Job/policy"
_TRUST = "aws_iam_role/Job/assume_role_policy"
_PEOPLE_TRUST = "aws_iam_role/People/assume_role_policy"
_FOREIGN_PRINCIPAL = {"AWS": "arn:aws:iam::999999999999:root"}
_TRUSTED_PRINCIPAL = {"AWS": "arn:aws:iam::222222222222:root"}
_SHARED = {
    "Sid": "Share",
    "Effect": "Allow",
    "Principal": _FOREIGN_PRINCIPAL,
    "Action": "s3:GetObject",
    "Resource": "x",
}
_OIDC = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"


def _allow(action: object, resource: object, **more: object) -> Change:
    return add_statement(_POLICY, Sid="New", Effect="Allow", Action=action, Resource=resource, **more)


def _set_pass_role_condition(condition: object) -> Change:
    return statement(_POLICY, "Pass", lambda found: found.update(Condition=condition))


def _set_trust_condition(condition: object) -> Change:
    return statement(_TRUST, "Assume", lambda found: found.update(Condition=condition))


def _from_repository(subject: str, operator: str = "StringLike") -> Change:
    condition = {operator: {"token.actions.githubusercontent.com:sub": subject}}
    return statement(_PEOPLE_TRUST, "Assume", lambda s: s.update(Principal={"Federated": _OIDC}, Condition=condition))


_REGION_CONDITION = {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}


def _register(url: str) -> Change:
    return put("resource/aws_iam_openid_connect_provider", {"P": {"url": url, "client_id_list": ["sts.amazonaws.com"]}})


OTHER_TYPES = resources(
    aws_x_role={"X": {"name": "x"}},
    aws_eks_pod_identity_association={"E": {"cluster_name": "c"}},
    aws_opensearch_domain={"O": {"domain_name": "o"}},
    aws_ecr_lifecycle_policy={"L": {"repository": "r"}},
    vault_policy={"V": {"name": "v"}},
    aws_sqs_queue={"Q": {"name": "q"}},
)

CASES = [
    Case(
        "LK_IAM_32",
        IAM,
        {
            "issuer of another company": (_register("https://oidc.evil.example"), "issuer oidc.evil.example"),
            "path of a shared name": (_register("https://evil.example/gitlab.com"), "issuer evil.example/gitlab.com"),
        },
        {
            "GitHub": _register("https://token.actions.githubusercontent.com"),
            "cluster": _register("https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF"),
            "cluster of the configuration": _register("${aws_eks_cluster.c.identity[0].oidc[0].issuer}"),
        },
    ),
    Case(
        "LK_IAM_1",
        OTHER_TYPES,
        {
            "trust of another type": (
                put("aws_x_role/X/assume_role_policy", "${var.trust}"),
                "it refers to var.trust",
            ),
            "an empty list": (
                put("aws_x_role/X/assume_role_policy", "${[]}"),
                "the policy is empty, not a JSON object",
            ),
            "an expression without a reference": (
                put("aws_x_role/X/assume_role_policy", "${one([])}"),
                "it is the expression `one([])`",
            ),
            "policy of a pod": (
                put("aws_eks_pod_identity_association/E/policy", "${data.local_file.p.content}"),
                "data.local_file.p",
            ),
            "domain": (put("aws_opensearch_domain/O/access_policies", "${local.access}"), "local.access"),
            "a nested block": (put("aws_x_role/X/settings", [{"first": {"policy": "${var.p}"}}]), "refers to var.p"),
            "a policy document in an attribute of any name": (
                put("aws_x_role/X/text", "${data.aws_iam_policy_document.d.json}"),
                "data.aws_iam_policy_document.d.json",
            ),
            "an instance of a policy document inside of JSON": (
                put("aws_x_role/X/text", '{"states": [{"p": "${data.aws_iam_policy_document.d[0].minified_json}"}]}'),
                "data.aws_iam_policy_document.d[0].minified_json",
            ),
        },
        {
            "a literal policy": put("aws_x_role/X/policy", '{"Version": "2012-10-17", "Statement": []}'),
            "a name": put("aws_x_role/X/policy", "ELBSecurityPolicy-TLS13"),
            "a file, which the plan shows": put("aws_eks_pod_identity_association/E/policy", '${file("p.json")}'),
            "another kind of policy": put("aws_ecr_lifecycle_policy/L/policy", "${var.lifecycle}"),
            "another provider": put("vault_policy/V/policy", "${var.hcl}"),
            "no policy in the state": put("aws_sqs_queue/Q/policy", ""),
            "a part of a statement": put(
                "aws_eks_pod_identity_association/E/policy",
                '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "${var.p}"}]}',
            ),
        },
    ),
    Case(
        "LK_IAM_1",
        IAM,
        {
            "policy from a variable": (put(_POLICY, "${var.policy}"), "not known"),
            "trust policy from another stack": (
                put(_TRUST, "${data.http.trust.response_body}"),
                "not known",
            ),
        },
        {
            "jsonencode": put(
                _POLICY,
                '${jsonencode({"Version" = "2012-10-17", "Statement" = [{"Effect" = "Allow", '
                '"Action" = "s3:GetObject", "Resource" = aws_s3_bucket.b.arn}]})}',
            ),
            # LK_IAM_31 reports what is known and malformed.
            "byte order mark": put(_POLICY, '\ufeff{"Version": "2012-10-17", "Statement": []}'),
            "list": put(_POLICY, '[{"Version": "2012-10-17", "Statement": []}]'),
            "statement in lower case": put(_POLICY, '{"Version": "2012-10-17", "statement": []}'),
            "wrapped": put(_POLICY, '{"Policy": {"Statement": []}}'),
        },
    ),
    Case(
        "LK_IAM_2",
        IAM,
        {
            "s3 wildcard": (_allow("s3:*", BUCKET), "allows s3:*"),
            "question mark wildcard": (_allow("s3:?utObject", BUCKET), "allows s3:?utObject"),
            "put wildcard": (_allow(["s3:Put*"], BUCKET), "allows s3:Put*"),
            "kms wildcard in capitals": (_allow("KMS:*", "*"), "allows KMS:*"),
            "inline policy": (
                put(
                    "aws_iam_role/Job/inline_policy",
                    [
                        {
                            "name": "x",
                            "policy": policy({"Sid": "In", "Effect": "Allow", "Action": "glue:*", "Resource": "x"}),
                        }
                    ],
                ),
                "statement In allows glue:*",
            ),
        },
        {
            "wildcards after read-only verbs": _allow("glue:BatchGet*", BUCKET),
            "Deny statement": add_statement(_POLICY, Sid="No", Effect="Deny", Action="s3:*", Resource="*"),
        },
    ),
    Case(
        "LK_IAM_3",
        IAM,
        {
            "every bucket": (_allow("s3:GetObject", "arn:aws:s3:::*"), "arn:aws:s3:::*"),
            "every object": (_allow("s3:GetObject", "arn:aws:s3:::*/*"), "arn:aws:s3:::*/*"),
            "every service": (_allow("s3:GetObject", "arn:aws:*"), "arn:aws:*"),
            "any service": (_allow("s3:GetObject", f"arn:aws:*:eu-west-1:{ACCOUNT}:*"), "arn:aws:*"),
            "question mark wildcard": (_allow("s3:GetObject", "arn:aws:s3:::?*"), "?*"),
            "every database": (_allow("glue:GetTable", f"arn:aws:glue:eu-west-1:{ACCOUNT}:database/*"), "database/*"),
            "every key": (statement(_POLICY, "Key", lambda s: s.pop("Condition")), "key/*"),
            "every key with any alias": (
                statement(
                    _POLICY, "Key", lambda s: s.update(Condition={"StringLike": {"kms:ResourceAliases": "alias/*"}})
                ),
                "key/*",
            ),
            "any account": (_allow("glue:GetTable", "arn:aws:glue:eu-west-1:*:table/acme_raw/*"), ":*:"),
            "every cluster": (
                _allow("elasticmapreduce:ListSteps", f"arn:aws:elasticmapreduce:eu-west-1:{ACCOUNT}:cluster/j-*"),
                "cluster/j-*",
            ),
            "every cluster with an IfExists tag condition": (
                _allow(
                    "elasticmapreduce:ListSteps",
                    f"arn:aws:elasticmapreduce:eu-west-1:{ACCOUNT}:cluster/*",
                    Condition={"StringEqualsIfExists": {"aws:ResourceTag/owner": "x"}},
                ),
                "cluster/*",
            ),
            "schemas by name": (
                _allow("glue:GetSchemaByDefinition", "*", Condition=_REGION_CONDITION),
                "statement New allows glue:GetSchemaByDefinition on *",
            ),
            "every log group": (
                _allow("logs:GetLogEvents", f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:*"),
                "log-group:*",
            ),
        },
        {
            "named bucket": _allow("s3:GetObject", f"{BUCKET}/x/*"),
            "clusters with a tag condition": _allow(
                "elasticmapreduce:ListSteps",
                f"arn:aws:elasticmapreduce:eu-west-1:{ACCOUNT}:cluster/j-*",
                Condition={"StringEquals": {"aws:ResourceTag/owner": "x"}},
            ),
            "list of log groups": _allow("logs:DescribeLogGroups", f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:*"),
            "schemas by id": _allow("glue:GetSchemaVersion", "*", Condition=_REGION_CONDITION),
        },
    ),
    Case(
        "LK_IAM_4",
        IAM,
        {
            "any role": (
                statement(_POLICY, "Pass", lambda s: s.update(Resource="*")),
                "statement Pass allows iam:PassRole on the wildcard *",
            ),
            "any role of a path": (
                statement(_POLICY, "Pass", lambda s: s.update(Resource=f"arn:aws:iam::{ACCOUNT}:role/*")),
                "role/*",
            ),
            "prefix wildcard": (
                statement(_POLICY, "Pass", lambda s: s.update(Action="iam:P*", Resource="arn:aws:iam::1:role/?")),
                "role/?",
            ),
            "any service": (statement(_POLICY, "Pass", lambda s: s.pop("Condition")), "iam:PassedToService"),
            "wildcard service": (
                _set_pass_role_condition({"StringLike": {"iam:PassedToService": "*.amazonaws.com"}}),
                "any service",
            ),
            "IfExists condition": (
                _set_pass_role_condition({"StringEqualsIfExists": {"iam:PassedToService": "glue.amazonaws.com"}}),
                "any service",
            ),
            "negated condition": (
                _set_pass_role_condition({"StringNotEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}),
                "any service",
            ),
        },
    ),
    Case(
        "LK_IAM_5",
        IAM,
        {
            "NotAction": (
                add_statement(_POLICY, Sid="New", Effect="Allow", NotAction="iam:*", Resource="*"),
                "NotAction",
            ),
            "NotResource": (
                add_statement(_POLICY, Sid="New", Effect="Allow", Action="s3:GetObject", NotResource=BUCKET),
                "NotResource",
            ),
            "NotPrincipal": (
                statement(_PEOPLE_TRUST, "Assume", lambda s: s.update(NotPrincipal=s.pop("Principal"))),
                "NotPrincipal",
            ),
        },
    ),
    Case(
        "LK_IAM_6",
        IAM,
        {
            "full access policy": (
                put("aws_iam_role_policy_attachment/Job/policy_arn", "arn:aws:iam::aws:policy/AmazonS3FullAccess"),
                "AmazonS3FullAccess",
            ),
            "administrator policy": (
                put("aws_iam_role_policy_attachment/Job/policy_arn", "arn:aws:iam::aws:policy/AdministratorAccess"),
                "AdministratorAccess",
            ),
            "every policy of a user": (
                put(
                    "resource/aws_iam_user_policy_attachments_exclusive",
                    {"A": {"policy_arns": ["arn:aws:iam::aws:policy/AdministratorAccess"]}},
                ),
                "AdministratorAccess",
            ),
            "permission set": (
                put(
                    "resource/aws_ssoadmin_managed_policy_attachment",
                    {"A": {"managed_policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess"}},
                ),
                "AdministratorAccess",
            ),
            "managed policy on the role": (
                put(
                    "aws_iam_role/Job/managed_policy_arns",
                    ["arn:aws:iam::aws:policy/service-role/AWSGlueServiceRole"],
                ),
                "AWSGlueServiceRole",
            ),
        },
        {
            "customer managed policy with that name": put(
                "aws_iam_role_policy_attachment/Job/policy_arn", f"arn:aws:iam::{ACCOUNT}:policy/LakeFullAccess"
            )
        },
    ),
    Case(
        "LK_IAM_7",
        IAM,
        {
            "role without a condition": (
                statement(_TRUST, "Assume", lambda s: s.pop("Condition")),
                "glue.amazonaws.com",
            ),
            "source ARN without an account": (
                statement(
                    _TRUST, "Assume", lambda s: s.update(Condition={"ArnLike": {"aws:SourceArn": "arn:aws:glue:*"}})
                ),
                "glue.amazonaws.com",
            ),
            "source ARN with a wildcard account": (
                statement(
                    _TRUST,
                    "Assume",
                    lambda s: s.update(Condition={"ArnLike": {"aws:SourceArn": "arn:aws:glue:*:*:job/x"}}),
                ),
                "glue.amazonaws.com",
            ),
            "wildcard account": (
                _set_trust_condition({"StringLike": {"aws:SourceAccount": "*"}}),
                "glue.amazonaws.com",
            ),
            "negated account": (
                _set_trust_condition({"StringNotEquals": {"aws:SourceAccount": ACCOUNT}}),
                "glue.amazonaws.com",
            ),
            "IfExists condition": (
                _set_trust_condition({"StringEqualsIfExists": {"aws:SourceAccount": ACCOUNT}}),
                "glue.amazonaws.com",
            ),
            "ForAllValues condition": (
                _set_trust_condition({"ForAllValues:StringEquals": {"aws:SourceAccount": [ACCOUNT]}}),
                "glue.amazonaws.com",
            ),
            "topic without a condition": (
                statement("aws_sns_topic_policy/Topic/policy", "Publish", lambda s: s.pop("Condition")),
                "events.amazonaws.com",
            ),
        },
        {
            "source ARN": statement(
                _TRUST,
                "Assume",
                lambda s: s.update(Condition={"ArnLike": {"aws:SourceArn": f"arn:aws:glue:*:{ACCOUNT}:job/*"}}),
            ),
            "bucket ARN": statement(
                _TRUST,
                "Assume",
                lambda s: s.update(Condition={"ArnEquals": {"aws:SourceArn": "arn:aws:s3:::acme-raw"}}),
            ),
            "reference to a resource of the stack": statement(
                _TRUST,
                "Assume",
                lambda s: s.update(Condition={"ArnEquals": {"aws:SourceArn": "${aws_glue_job.J.arn}"}}),
            ),
        },
    ),
    Case(
        "LK_IAM_8",
        IAM,
        {
            "another account in a trust policy": (
                statement(_PEOPLE_TRUST, "Assume", lambda s: s.update(Principal=_FOREIGN_PRINCIPAL)),
                "999999999999",
            ),
            "another account by account id": (
                statement(_PEOPLE_TRUST, "Assume", lambda s: s.update(Principal={"AWS": "999999999999"})),
                "999999999999",
            ),
            "another account in a bucket policy": (
                put("resource/aws_s3_bucket_policy", {"B": {"bucket": "b", "policy": policy(_SHARED)}}),
                "999999999999",
            ),
            "any principal in a stream policy": (
                put(
                    "resource/aws_kinesis_resource_policy",
                    {"K": {"resource_arn": "k", "policy": policy({**_SHARED, "Principal": "*"})}},
                ),
                "statement Share allows any principal s3:GetObject on x without a condition that restricts it",
            ),
            "everyone but the own account in a queue policy": (
                put(
                    "resource/aws_sqs_queue",
                    {
                        "Q": {
                            "name": "q",
                            "policy": policy(
                                {
                                    "Sid": "Share",
                                    "Effect": "Allow",
                                    "NotPrincipal": {"AWS": ACCOUNT},
                                    "Action": "sqs:SendMessage",
                                    "Resource": "*",
                                }
                            ),
                        }
                    },
                ),
                "statement Share allows any principal but 111111111111",
            ),
            "another account in a queue policy": (
                put("resource/aws_sqs_queue", {"Q": {"name": "q", "policy": policy(_SHARED)}}),
                "999999999999",
            ),
            "any principal in the catalog policy": (
                put("resource/aws_glue_resource_policy", {"G": {"policy": policy({**_SHARED, "Principal": "*"})}}),
                "statement Share allows any principal s3:GetObject on x without a condition that restricts it",
            ),
            "any subject": (
                _from_repository("*"),
                "statement Assume allows identities of arn:aws:iam::111111111111:oidc-provider/",
            ),
            "any repository of any owner": (
                _from_repository("repo:*"),
                "statement Assume allows identities of arn:aws:iam::111111111111:oidc-provider/",
            ),
            "negated subject": (
                _from_repository("repo:acme/lake:*", "StringNotLike"),
                "statement Assume allows identities of arn:aws:iam::111111111111:oidc-provider/",
            ),
            "IfExists subject": (
                _from_repository("repo:acme/lake:*", "StringLikeIfExists"),
                "statement Assume allows identities of arn:aws:iam::111111111111:oidc-provider/",
            ),
            "wildcard external id": (
                statement(
                    _PEOPLE_TRUST,
                    "Assume",
                    lambda s: s.update(Principal=_FOREIGN_PRINCIPAL, Condition={"StringLike": {"sts:ExternalId": "*"}}),
                ),
                "without a condition that restricts it",
            ),
            "audience condition only": (
                statement(
                    _PEOPLE_TRUST,
                    "Assume",
                    lambda s: s.update(
                        Principal={"Federated": _OIDC},
                        Condition={"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}},
                    ),
                ),
                "statement Assume allows identities of arn:aws:iam::111111111111:oidc-provider/",
            ),
        },
        {
            "account of the organization": put(
                "resource/aws_s3_bucket_policy",
                {
                    "B": {
                        "bucket": "b",
                        "policy": policy(
                            {**_SHARED, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-acme123456"}}}
                        ),
                    }
                },
            ),
            "external id": statement(
                _PEOPLE_TRUST,
                "Assume",
                lambda s: s.update(Principal=_TRUSTED_PRINCIPAL, Condition={"StringEquals": {"sts:ExternalId": "x"}}),
            ),
            "role of this stack": statement(
                _PEOPLE_TRUST, "Assume", lambda s: s.update(Principal={"AWS": "${aws_iam_role.Job.arn}"})
            ),
            "repositories of one owner": _from_repository("repo:acme/*"),
            "one repository": statement(
                _PEOPLE_TRUST,
                "Assume",
                lambda s: s.update(
                    Principal={"Federated": _OIDC},
                    Condition={"StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme/lake:*"}},
                ),
            ),
        },
    ),
]
