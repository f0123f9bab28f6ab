"""Curated rules on functions, containers and machines."""

from __future__ import annotations

from typing import Final

from lakekit_policies.curated.entry import CheckovRule

_LAMBDA: Final = "https://docs.aws.amazon.com/lambda/latest/dg/"
_ECR: Final = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/"
_EKS: Final = "https://docs.aws.amazon.com/eks/latest/userguide/"
_ECS: Final = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/"
_EC2: Final = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/"
_BATCH: Final = "https://docs.aws.amazon.com/batch/latest/userguide/"
_SAGE: Final = "https://docs.aws.amazon.com/sagemaker/latest/dg/"

COMPUTE: Final[dict[str, CheckovRule]] = {
    "CKV_AWS_45": CheckovRule(
        "Functions have no secrets in variables",
        "critical",
        "Read the secret from Secrets Manager.",
        _LAMBDA + "configuration-envvars.html",
    ),
    "CKV_AWS_50": CheckovRule("Functions have tracing", "low", "Set tracing_config.", _LAMBDA + "services-xray.html"),
    "CKV_AWS_115": CheckovRule(
        "Functions have a concurrency limit",
        "low",
        "Set reserved_concurrent_executions.",
        _LAMBDA + "configuration-concurrency.html",
    ),
    "CKV_AWS_116": CheckovRule(
        "Functions have a dead-letter queue",
        "medium",
        "Set dead_letter_config.",
        _LAMBDA + "invocation-async-retain-records.html",
    ),
    "CKV_AWS_117": CheckovRule(
        "Functions run in a VPC", "medium", "Set vpc_config.", _LAMBDA + "configuration-vpc.html"
    ),
    "CKV_AWS_173": CheckovRule(
        "Variables of functions use a customer managed key",
        "medium",
        "Set kms_key_arn.",
        _LAMBDA + "configuration-envvars-encryption.html",
    ),
    "CKV_AWS_272": CheckovRule(
        "Functions run signed code only",
        "medium",
        "Set code_signing_config_arn.",
        _LAMBDA + "configuration-codesigning.html",
    ),
    "CKV_AWS_363": CheckovRule(
        "Functions use a supported runtime", "high", "Choose a supported runtime.", _LAMBDA + "lambda-runtimes.html"
    ),
    "CKV_AWS_51": CheckovRule(
        "Image tags are immutable", "high", "Set image_tag_mutability = IMMUTABLE.", _ECR + "image-tag-mutability.html"
    ),
    "CKV_AWS_163": CheckovRule(
        "Images are scanned",
        "medium",
        "Set image_scanning_configuration.scan_on_push = true.",
        _ECR + "image-scanning.html",
    ),
    "CKV_AWS_136": CheckovRule(
        "Image repositories use a customer managed key",
        "high",
        "Set encryption_configuration with KMS and a key.",
        _ECR + "encryption-at-rest.html",
    ),
    "CKV_AWS_32": CheckovRule(
        "Image repositories are not public", "critical", "Name the principals.", _ECR + "repository-policies.html"
    ),
    "CKV_AWS_37": CheckovRule(
        "EKS clusters have control plane logs",
        "medium",
        "Set all enabled_cluster_log_types.",
        _EKS + "control-plane-logs.html",
    ),
    "CKV_AWS_38": CheckovRule(
        "EKS endpoints are not open to every address",
        "critical",
        "Set public_access_cidrs.",
        _EKS + "cluster-endpoint.html",
    ),
    "CKV_AWS_39": CheckovRule(
        "EKS endpoints are private", "high", "Set endpoint_public_access = false.", _EKS + "cluster-endpoint.html"
    ),
    "CKV_AWS_58": CheckovRule(
        "EKS clusters encrypt secrets", "high", "Set encryption_config.", _EKS + "enable-kms.html"
    ),
    "CKV_AWS_339": CheckovRule(
        "EKS clusters run a supported version", "medium", "Upgrade version.", _EKS + "kubernetes-versions.html"
    ),
    "CKV_AWS_100": CheckovRule(
        "EKS nodes do not allow SSH from every address",
        "critical",
        "Set source_security_group_ids.",
        _EKS + "create-managed-node-group.html",
    ),
    "CKV_AWS_65": CheckovRule(
        "ECS clusters have container insights",
        "low",
        "Set containerInsights.",
        _ECS + "cloudwatch-container-insights.html",
    ),
    "CKV_AWS_223": CheckovRule(
        "ECS Exec is logged", "medium", "Set execute_command_configuration.logging.", _ECS + "ecs-exec.html"
    ),
    "CKV_AWS_97": CheckovRule(
        "ECS tasks encrypt EFS traffic", "high", "Set transit_encryption = ENABLED.", _ECS + "efs-volumes.html"
    ),
    "CKV_AWS_333": CheckovRule(
        "ECS services have no public address",
        "high",
        "Set assign_public_ip = false.",
        _ECS + "fargate-task-networking.html",
    ),
    "CKV_AWS_334": CheckovRule(
        "ECS containers are not privileged", "high", "Drop privileged.", _ECS + "task_definition_parameters.html"
    ),
    "CKV_AWS_335": CheckovRule(
        "ECS tasks do not share the process namespace",
        "high",
        "Drop pid_mode = host.",
        _ECS + "task_definition_parameters.html",
    ),
    "CKV_AWS_336": CheckovRule(
        "ECS containers have a read-only root",
        "low",
        "Set readonlyRootFilesystem.",
        _ECS + "task_definition_parameters.html",
    ),
    "CKV_AWS_210": CheckovRule(
        "Batch jobs are not privileged", "high", "Drop privileged.", _BATCH + "job_definition_parameters.html"
    ),
    "CKV_AWS_3": CheckovRule("Volumes are encrypted", "high", "Set encrypted = true.", _EC2 + "ebs-encryption.html"),
    "CKV_AWS_189": CheckovRule(
        "Volumes use a customer managed key", "high", "Set kms_key_id.", _EC2 + "ebs-encryption.html"
    ),
    "CKV_AWS_106": CheckovRule(
        "New volumes are encrypted by default", "high", "Set enabled = true.", _EC2 + "encryption-by-default.html"
    ),
    "CKV_AWS_8": CheckovRule(
        "Disks of instances are encrypted", "high", "Set encrypted on every block device.", _EC2 + "ebs-encryption.html"
    ),
    "CKV_AWS_46": CheckovRule(
        "User data has no secrets", "critical", "Read the secret from Secrets Manager.", _EC2 + "user-data.html"
    ),
    "CKV_AWS_79": CheckovRule(
        "Instances require IMDSv2",
        "high",
        "Set metadata_options.http_tokens = required.",
        _EC2 + "configuring-IMDS-new-instances.html",
    ),
    "CKV_AWS_88": CheckovRule(
        "Instances have no public address",
        "high",
        "Set associate_public_ip_address = false.",
        _EC2 + "using-instance-addressing.html",
    ),
    "CKV_AWS_341": CheckovRule(
        "Launch templates limit metadata hops",
        "medium",
        "Set http_put_response_hop_limit = 1.",
        _EC2 + "configuring-IMDS-new-instances.html",
    ),
    "CKV_AWS_22": CheckovRule(
        "Notebooks use a customer managed key", "high", "Set kms_key_id.", _SAGE + "encryption-at-rest-nbi.html"
    ),
    "CKV_AWS_122": CheckovRule(
        "Notebooks have no direct internet access",
        "high",
        "Set direct_internet_access = Disabled.",
        _SAGE + "appendix-notebook-and-internet-access.html",
    ),
    "CKV_AWS_306": CheckovRule(
        "Notebooks run in a VPC", "high", "Set subnet_id.", _SAGE + "appendix-notebook-and-internet-access.html"
    ),
    "CKV_AWS_307": CheckovRule(
        "Users of notebooks are not root", "high", "Set root_access = Disabled.", _SAGE + "nbi-root-access.html"
    ),
    "CKV_AWS_371": CheckovRule(
        "Notebooks require IMDSv2",
        "high",
        "Set minimum_instance_metadata_service_version = 2.",
        _SAGE + "nbi-imds.html",
    ),
    "CKV_AWS_187": CheckovRule(
        "SageMaker domains use a customer managed key", "high", "Set kms_key_id.", _SAGE + "encryption-at-rest.html"
    ),
    "CKV_AWS_98": CheckovRule(
        "SageMaker endpoints use a customer managed key", "high", "Set kms_key_arn.", _SAGE + "encryption-at-rest.html"
    ),
    "CKV_AWS_370": CheckovRule(
        "SageMaker models are isolated from the network",
        "medium",
        "Set enable_network_isolation = true.",
        _SAGE + "mkt-algo-model-internet-free.html",
    ),
}
