"""Rules for privilege escalation and EC2 permissions."""

from __future__ import annotations

from iam_fixtures import IAM
from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, Change, add_statement, both, policy, put, resources, statement, tier

__all__ = ["test_passes", "test_rejects"]

GRANTS = "aws_iam_role_policy/Job/policy"
ROLE = "arn:aws:iam::111111111111:role/acme-job"
KEY = "arn:aws:kms:eu-west-1:111111111111:key/k"
EC2 = "arn:aws:ec2:eu-west-1:111111111111"
TRUST = "aws_iam_role/People/assume_role_policy"


def allow(action: object, resource: object = "*", **more: object) -> Change:
    return add_statement(GRANTS, Sid="New", Effect="Allow", Action=action, Resource=resource, **more)


def assume(role: str, action: str = "sts:AssumeRole", **more: object) -> Change:
    # The fixture denies what it does not list.
    return both(statement(GRANTS, "Never"), allow(action, role, **more))


TLS = {
    "Sid": "DenyPlainHttp",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "sns:Publish",
    "Resource": "arn:aws:sns:eu-west-1:111111111111:t",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
TOPIC = resources(
    aws_sns_topic={"T": {"name": "t", "kms_master_key_id": KEY}},
    aws_sns_topic_policy={"P": {"arn": "${aws_sns_topic.T.arn}", "policy": policy(TLS)}},
    aws_s3_bucket_server_side_encryption_configuration={"theirs": {}},
)
_ANY_PRINCIPAL = {"Sid": "Any", "Effect": "Allow", "Action": "sts:AssumeRole"}

HERE = ":eu-west-1:111111111111"
SHARING = [
    ("rds:ModifyDBSnapshotAttribute", f"arn:aws:rds{HERE}:snapshot:lake"),
    ("ec2:ModifyImageAttribute", "arn:aws:ec2:eu-west-1::image/ami-1"),
    ("sqs:AddPermission", f"arn:aws:sqs{HERE}:q"),
    ("sqs:SetQueueAttributes", f"arn:aws:sqs{HERE}:q"),
    ("sns:AddPermission", f"arn:aws:sns{HERE}:t"),
    ("ecr:SetRepositoryPolicy", f"arn:aws:ecr{HERE}:repository/etl"),
    ("logs:PutResourcePolicy", f"arn:aws:logs{HERE}:*"),
    ("s3:PutAccessPointPolicy", f"arn:aws:s3{HERE}:accesspoint/lake"),
    ("dynamodb:PutResourcePolicy", f"arn:aws:dynamodb{HERE}:table/t"),
    ("ram:CreateResourceShare", f"arn:aws:ram{HERE}:resource-share/r"),
]

STACK = f"arn:aws:cloudformation{HERE}:stack/lake/*"
_PROJECT = policy(
    {
        "Sid": "P",
        "Effect": "Allow",
        "Action": "codebuild:UpdateProject",
        "Resource": f"arn:aws:codebuild{HERE}:project/x",
    }
)
_SCHEDULE = policy(
    {
        "Sid": "S",
        "Effect": "Allow",
        "Action": "scheduler:CreateSchedule",
        "Resource": f"arn:aws:scheduler{HERE}:schedule/default/x",
    }
)


def passed_to(*services: str) -> dict[str, object]:
    return {"StringEquals": {"iam:PassedToService": list(services)}}


CASES = [
    Case(
        "LK_IAM_21",
        IAM,
        {
            "PutRolePolicy on a named role": (allow("iam:PutRolePolicy", ROLE), "iam:putrolepolicy on arn:aws:iam"),
            "wildcard action": (
                allow("iam:Put*", ROLE),
                "role/acme-job, which writes policies",
            ),
            "trust policy of a role": (
                allow("iam:UpdateAssumeRolePolicy", ROLE),
                "role/acme-job, which changes trust policies",
            ),
            "AssumeRole on any role": (
                allow("sts:AssumeRole"),
                "statement New allows sts:assumerole on *, which assumes any role that trusts the account",
            ),
            "AssumeRole on any role of an account": (
                allow("sts:AssumeRole", "arn:aws:iam::111111111111:role/*"),
                "sts:assumerole",
            ),
            "any Glue job": (
                allow("glue:UpdateJob"),
                "statement New allows glue:updatejob on *, which changes code that runs with the job's role",
            ),
            "key policy": (
                allow("kms:PutKeyPolicy", KEY),
                "key/k, which changes the key policy",
            ),
            "Lake Formation permissions": (
                allow("lakeformation:GrantPermissions"),
                "statement New allows lakeformation:grantpermissions on *, which grants Lake Formation permissions",
            ),
            "bucket policy": (
                allow("s3:PutBucketPolicy", "arn:aws:s3:::acme-raw"),
                "statement New allows s3:putbucketpolicy on arn:aws:s3:::acme-raw, which changes access to the bucket",
            ),
            **{
                f"{action} shares": (allow(action, arn), f"{action.lower()} on {arn}, which") for action, arn in SHARING
            },
            "a product of every name": (
                allow("servicecatalog:ProvisionProduct", f"arn:aws:catalog{HERE}:product/*"),
                "which uses the launch role of the product",
            ),
            "credentials of other users": (
                allow("iam:CreateServiceSpecificCredential", "arn:aws:iam::111111111111:user/admin"),
                "which creates credentials for other users",
            ),
            "a snapshot, by its access level": (
                allow("ec2:ModifySnapshotAttribute", "arn:aws:ec2:eu-west-1::snapshot/snap-1"),
                "which manages permissions",
            ),
            "a pattern of actions": (allow("ec2:M*SnapshotAttribute"), "ec2:modifysnapshotattribute on *"),
            "tags of the catalog": (allow("lakeformation:AddLFTagsToResource"), "grants access to principals with"),
            "an OpenSearch domain": (
                allow("es:UpdateDomainConfig", f"arn:aws:es{HERE}:domain/d"),
                "access to the domain",
            ),
            "a denial of another resource": (
                both(
                    allow("s3:PutBucketPolicy", "arn:aws:s3:::acme-raw"),
                    add_statement(
                        GRANTS, Sid="No", Effect="Deny", Action="s3:PutBucket*", Resource="arn:aws:s3:::acme-other"
                    ),
                ),
                "s3:putbucketpolicy on arn:aws:s3:::acme-raw",
            ),
            "StackSet of every name": (
                allow("cloudformation:UpdateStackSet", "arn:aws:cloudformation:eu-west-1:111111111111:stackset/*"),
                "which uses the stack set's role in other accounts",
            ),
            "CreateGrant without a condition": (
                allow("kms:CreateGrant", KEY),
                "statement New allows kms:CreateGrant without kms:GrantIsForAWSResource, which delegates the key",
            ),
            "inline policy": (
                put(
                    "aws_iam_role/Job/inline_policy",
                    [{"policy": policy({"Effect": "Allow", "Action": "iam:CreateAccessKey", "Resource": "*"})}],
                ),
                "a statement without Sid allows iam:createaccesskey on *, which creates credentials for other users",
            ),
        },
        {
            "AssumeRole on a named role": allow("sts:AssumeRole", ROLE),
            "messages of a queue": allow(["sqs:SendMessage", "sqs:GetQueueAttributes"], f"arn:aws:sqs{HERE}:q"),
            "snapshots": allow(["rds:CreateDBSnapshot", "rds:DescribeDBSnapshotAttributes"], f"arn:aws:rds{HERE}:x"),
            "a denial of the same action": both(
                allow("s3:PutBucketPolicy", "arn:aws:s3:::acme-raw"),
                add_statement(GRANTS, Sid="No", Effect="Deny", Action="s3:PutBucket*", Resource="*"),
            ),
            "own keys of a user": allow(
                ["iam:CreateAccessKey", "iam:DeactivateMFADevice", "iam:UploadSSHPublicKey"],
                "arn:aws:iam::111111111111:user/${aws:username}",
            ),
            "a reader of permissions": allow(["quicksight:DescribeDataSetPermissions", "glue:TestConnection"]),
            "named stack": allow("cloudformation:CreateStack", f"arn:aws:cloudformation{HERE}:stack/lake/*"),
            "named Glue job": allow("glue:UpdateJob", "arn:aws:glue:eu-west-1:111111111111:job/orders"),
            "CreateGrant for AWS resources": allow(
                "kms:CreateGrant", KEY, Condition={"Bool": {"kms:GrantIsForAWSResource": "true"}}
            ),
            "Deny statement": add_statement(GRANTS, Sid="No", Effect="Deny", Action="iam:*", Resource="*"),
        },
    ),
    Case(
        "LK_IAM_37",
        IAM,
        {
            "a stack": (
                both(allow("cloudformation:CreateStack", STACK), allow("iam:PassRole", ROLE)),
                f"statement New allows cloudformation:createstack on {STACK}, with iam:PassRole of {ROLE}",
            ),
            "a change set with a role for CloudFormation": (
                both(
                    allow(["cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"], STACK),
                    allow("iam:PassRole", ROLE, Condition=passed_to("cloudformation.amazonaws.com")),
                ),
                "cloudformation:createchangeset",
            ),
            "a function, one of several services": (
                both(
                    allow("lambda:Create*", f"arn:aws:lambda{HERE}:function:etl"),
                    allow("iam:PassRole", ROLE, Condition=passed_to("glue.amazonaws.com", "lambda.amazonaws.com")),
                ),
                "allows lambda:createfunction on",
            ),
            "a Glue job": (allow("glue:CreateJob", f"arn:aws:glue{HERE}:job/x"), f"iam:PassRole of {ROLE}"),
            "a project in another policy of the role": (
                both(
                    put("resource/aws_iam_role_policy/Other", {"role": "${aws_iam_role.Job.name}", "policy": _PROJECT}),
                    allow("iam:PassRole", ROLE, Condition=passed_to("codebuild.amazonaws.com")),
                ),
                "codebuild:updateproject",
            ),
            "a schedule in a policy that is attached": (
                both(
                    put("resource/aws_iam_policy", {"P": {"name": "p", "policy": _SCHEDULE}}),
                    put(
                        "resource/aws_iam_role_policy_attachment/P",
                        {"role": "acme-job", "policy_arn": "${aws_iam_policy.P.arn}"},
                    ),
                    allow("iam:PassRole", ROLE),
                ),
                "scheduler:createschedule",
            ),
        },
        {
            "without iam:PassRole": allow("cloudformation:CreateStack", STACK),
            "a role for another service": both(
                allow("cloudformation:CreateStack", STACK),
                allow("iam:PassRole", ROLE, Condition=passed_to("emr-serverless.amazonaws.com")),
            ),
            "a run of a job": both(
                allow("emr-serverless:StartJobRun", f"arn:aws:emr-serverless{HERE}:/applications/x"),
                allow("iam:PassRole", ROLE, Condition=passed_to("emr-serverless.amazonaws.com")),
            ),
            "another role's policy": both(
                put("resource/aws_iam_role_policy/Other", {"role": "${aws_iam_role.Host.name}", "policy": _PROJECT}),
                allow("iam:PassRole", ROLE, Condition=passed_to("codebuild.amazonaws.com")),
            ),
        },
    ),
    Case(
        "LK_IAM_36",
        IAM,
        {
            "replication": (
                allow("s3:PutReplicationConfiguration", "arn:aws:s3:::acme-raw"),
                "s3:putreplicationconfiguration on arn:aws:s3:::acme-raw, which copies objects to another bucket",
            ),
            "subscription": (
                allow("logs:PutSubscriptionFilter", f"arn:aws:logs{HERE}:log-group:/lake/x"),
                "which sends log events to another destination",
            ),
            "wildcard": (allow("rds:DeleteDBSnap*", f"arn:aws:rds{HERE}:snapshot:x"), "which deletes snapshots"),
            "the trail": (
                allow("cloudtrail:StopLogging", f"arn:aws:cloudtrail{HERE}:trail/audit"),
                "which ends the record of calls",
            ),
            "a workgroup": (
                allow("athena:UpdateWorkGroup", f"arn:aws:athena{HERE}:workgroup/w"),
                "results are written",
            ),
            "every table": (
                allow("dynamodb:DeleteTable", f"arn:aws:dynamodb{HERE}:table/*"),
                f"dynamodb:deletetable on arn:aws:dynamodb{HERE}:table/*, which deletes data",
            ),
            "key deletion": (allow("kms:ScheduleKeyDeletion", KEY), "which makes encrypted data unreadable"),
            "versions": (allow("s3:DeleteObjectVersion", "arn:aws:s3:::acme-raw/*"), "which deletes objects for good"),
            "retention": (allow("s3:BypassGovernanceRetention", "arn:aws:s3:::acme-raw/*"), "under retention"),
            "lifecycle": (allow("s3:PutLifecycleConfiguration", "arn:aws:s3:::acme-raw"), "can expire every object"),
        },
        {
            "reading the settings": allow(
                ["s3:GetReplicationConfiguration", "s3:GetLifecycleConfiguration", "s3:GetObjectVersion"],
                "arn:aws:s3:::acme-raw",
            ),
            "replication itself": allow("s3:ReplicateObject", "arn:aws:s3:::acme-raw/*"),
            "deletion with versions kept": allow("s3:DeleteObject", "arn:aws:s3:::acme-raw/*"),
            "Deny statement": add_statement(
                GRANTS, Sid="No", Effect="Deny", Action="kms:ScheduleKeyDeletion", Resource="*"
            ),
        },
    ),
    Case(
        "LK_IAM_22",
        IAM,
        {
            "twelve hours": (
                put("aws_iam_role/Job/max_session_duration", 43200),
                "max_session_duration is 43200 seconds",
            )
        },
        {
            "four hours": put("aws_iam_role/Job/max_session_duration", 14400),
            "twelve hours in dev": both(put("aws_iam_role/Job/max_session_duration", 43200), tier("dev")),
        },
    ),
    Case(
        "LK_IAM_8",
        IAM,
        {
            "any principal": (
                add_statement(TRUST, Principal="*", **_ANY_PRINCIPAL),
                "statement Any allows any principal sts:AssumeRole without a condition",
            ),
            "any principal with a source condition": (
                add_statement(
                    TRUST, Principal="*", Condition={"StringEquals": {"aws:SourceAccount": "1"}}, **_ANY_PRINCIPAL
                ),
                "StringEquals aws:SourceAccount 1 admits more than the trust boundary",
            ),
            "malformed principal": (add_statement(TRUST, Principal={"AWS": "arn:x"}, **_ANY_PRINCIPAL), "allows arn:x"),
        },
        {
            "any principal of the organization": add_statement(
                TRUST,
                Principal="*",
                Condition={"StringEquals": {"aws:PrincipalOrgID": "o-acme123456"}},
                **_ANY_PRINCIPAL,
            ),
            "principal from another provider with an external id": add_statement(
                TRUST,
                Principal={"AWS": "${snowflake_storage_integration.I.storage_aws_iam_user_arn}"},
                Condition={"StringEquals": {"sts:ExternalId": "x"}},
                **_ANY_PRINCIPAL,
            ),
        },
    ),
    Case(
        "LK_IAM_25",
        IAM,
        {
            "role of a foreign account": (
                assume("arn:aws:iam::999999999999:role/lake"),
                "allows sts:AssumeRole on arn:aws:iam::999999999999:role/lake: roles outside the trust boundary",
            ),
            "role of any account": (
                assume("arn:aws:iam::*:role/lake-*", action="sts:Assume*"),
                "outside the trust boundary",
            ),
            "any role": (assume("*"), "outside the trust boundary"),
            "role of any organization": (
                assume("*", Condition={"StringLike": {"aws:ResourceOrgID": "o-*"}}),
                "outside the trust boundary",
            ),
            "denial of another path": (
                both(
                    assume("arn:aws:iam::*:role/lake-*"),
                    add_statement(
                        GRANTS, Sid="No", Effect="Deny", Action="sts:*", Resource="arn:aws:iam::*:role/lake-a*"
                    ),
                ),
                "outside the trust boundary",
            ),
        },
        {
            "trusted account": assume("arn:aws:iam::222222222222:role/lake"),
            "trusted organization": assume(
                "sts:AssumeRole", "*", Condition={"StringEquals": {"aws:ResourceOrgID": "o-acme123456"}}
            ),
            "denial of other accounts": both(
                assume("arn:aws:iam::*:role/lake-*"),
                add_statement(
                    GRANTS,
                    Sid="No",
                    Effect="Deny",
                    Action="sts:AssumeRole",
                    Resource="*",
                    Condition={"StringNotEquals": {"aws:ResourceAccount": "111111111111"}},
                ),
            ),
        },
    ),
    Case(
        "LK_IAM_3",
        IAM,
        {
            "wildcard with a condition": (
                allow("s3:ListBucket", "*", Condition={"StringLike": {"s3:prefix": "a/*"}}),
                "statement New allows s3:ListBucket on *",
            ),
            "every log group": (
                allow("logs:PutLogEvents", "arn:aws:logs:eu-west-1:111111111111:log-group:*"),
                "log-group:*",
            ),
        },
        {
            "actions without resource-level permissions": allow(
                "lakeformation:GetDataAccess", "*", Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}
            ),
            "log groups by prefix": allow(
                "logs:PutLogEvents", "arn:aws:logs:eu-west-1:111111111111:log-group:/acme/x:*"
            ),
        },
    ),
    Case(
        "LK_IAM_2",
        TOPIC,
        {
            "all actions on a topic": (
                add_statement(
                    "aws_sns_topic_policy/P/policy",
                    Sid="A",
                    Effect="Allow",
                    Principal={"AWS": "x"},
                    Action="*",
                    Resource="*",
                ),
                "statement A allows every action",
            ),
            "sns wildcard": (
                add_statement(
                    "aws_sns_topic_policy/P/policy",
                    Sid="A",
                    Effect="Allow",
                    Principal={"AWS": "x"},
                    Action="sns:*",
                    Resource="*",
                ),
                "allows sns:*",
            ),
        },
    ),
    Case(
        "LK_IAM_24",
        IAM,
        {
            "no condition": (
                allow("cloudwatch:PutMetricData"),
                "statement New allows cloudwatch:PutMetricData in any namespace",
            ),
            "wildcard action": (
                allow("cloudwatch:Put*"),
                "statement New allows cloudwatch:PutMetricData in any namespace",
            ),
            "negated condition": (
                allow("cloudwatch:PutMetricData", Condition={"StringNotEquals": {"cloudwatch:namespace": "AWS/S3"}}),
                "statement New allows cloudwatch:PutMetricData in any namespace",
            ),
        },
        {
            "one namespace": allow(
                "cloudwatch:PutMetricData", Condition={"StringEquals": {"cloudwatch:namespace": ["Glue", "AWS/Glue"]}}
            ),
            "read-only actions": allow("cloudwatch:GetMetricData"),
        },
    ),
    Case(
        "LK_IAM_23",
        IAM,
        {
            "every instance": (
                allow("ec2:TerminateInstances", "arn:aws:ec2:eu-west-1:111111111111:instance/*"),
                "ec2:TerminateInstances on arn:aws:ec2:eu-west-1:111111111111:instance/*",
            ),
            "every volume of the region": (
                allow("ec2:DeleteVolume", "*", Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}),
                "ec2:DeleteVolume on *",
            ),
            "security groups of every interface": (
                allow("ec2:ModifyNetworkInterfaceAttribute", f"{EC2}:network-interface/*"),
                "ec2:ModifyNetworkInterfaceAttribute on",
            ),
            "any interface for a service that tags its own": (
                allow("ec2:DeleteNetworkInterface", f"{EC2}:network-interface/*"),
                "ec2:DeleteNetworkInterface on",
            ),
            "all actions on interfaces": (
                allow("ec2:*NetworkInterface*", f"{EC2}:network-interface/*"),
                "ec2:*Network",
            ),
            "tagging of any instance": (
                allow(
                    "ec2:CreateTags",
                    f"{EC2}:instance/*",
                    Condition={"StringEquals": {"aws:RequestTag/owner": "x"}},
                ),
                "ec2:CreateTags on",
            ),
            "attributes of instances": (
                allow(["ec2:ModifyNetworkInterfaceAttribute", "ec2:ModifyInstanceAttribute"], f"{EC2}:instance/*"),
                "ec2:ModifyInstanceAttribute on",
            ),
            "tagging of any security group": (allow("ec2:Create*", f"{EC2}:security-group/*"), "ec2:Create* on"),
            "wildcard tag value": (
                allow(
                    "ec2:TerminateInstances",
                    f"{EC2}:instance/*",
                    Condition={"StringLike": {"aws:ResourceTag/owner": "*"}},
                ),
                "ec2:TerminateInstances on",
            ),
            "IfExists tag condition": (
                allow(
                    "ec2:TerminateInstances",
                    f"{EC2}:instance/*",
                    Condition={"StringEqualsIfExists": {"aws:ResourceTag/owner": "x"}},
                ),
                "ec2:TerminateInstances on",
            ),
            "negated tag condition": (
                allow(
                    "ec2:TerminateInstances",
                    f"{EC2}:instance/*",
                    Condition={"StringNotEquals": {"aws:ResourceTag/owner": "x"}},
                ),
                "ec2:TerminateInstances on",
            ),
        },
        {
            "tag condition": allow(
                "ec2:TerminateInstances",
                "arn:aws:ec2:eu-west-1:111111111111:instance/*",
                Condition={"StringEquals": {"aws:ResourceTag/owner": "x"}},
            ),
            "subnet": allow("ec2:RunInstances", f"{EC2}:subnet/*"),
            "fleet that is created": allow("ec2:CreateFleet", f"{EC2}:fleet/*"),
            "attributes of interfaces of one VPC": both(
                allow(
                    "ec2:ModifyNetworkInterfaceAttribute",
                    [f"{EC2}:network-interface/*", f"{EC2}:security-group/*"],
                    Condition={"ArnEquals": {"ec2:Vpc": f"{EC2}:vpc/vpc-0"}},
                ),
                allow("ec2:ModifyNetworkInterfaceAttribute", f"{EC2}:instance/*"),
            ),
            "interfaces for a service that does not tag": both(
                put(
                    "aws_iam_role/Job/assume_role_policy",
                    policy(
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "kinesisanalytics.amazonaws.com"},
                            "Action": "sts:AssumeRole",
                        }
                    ),
                ),
                allow(["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"], f"{EC2}:network-interface/*"),
            ),
            "tagging on creation": allow(
                "ec2:CreateTags",
                f"{EC2}:network-interface/*",
                Condition={"StringEquals": {"ec2:CreateAction": "CreateNetworkInterface"}},
            ),
            "interfaces tagged by Glue": allow(
                "ec2:ModifyNetworkInterfaceAttribute",
                f"{EC2}:network-interface/*",
                Condition={"Null": {"aws:ResourceTag/aws-glue-service-resource": "false"}},
            ),
            "read-only actions": allow("ec2:DescribeInstances"),
        },
    ),
]
