"""Names of AWS itself: service endpoints, registries, buckets and accounts that AWS documents as its own."""

from __future__ import annotations

import re
from typing import Final

# Endpoints of services, not of customers: sqs.eu-west-1.amazonaws.com, but not x.execute-api.eu-west-1.amazonaws.com.
# https://docs.aws.amazon.com/general/latest/gr/rande.html
_SERVICE_HOST: Final = re.compile(
    r"(?:[a-z0-9-]+\.)?(?:[a-z]{2}(?:-[a-z]+)+-\d\.)?(?:amazonaws\.com(?:\.cn)?|api\.aws)"
    r"|(?:[a-z0-9-]+\.)*(?:docs|console)\.aws\.amazon\.com|registry\.terraform\.io"
    # https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
    r"|_[a-z0-9]+\.[a-z0-9]+\.acm-validations\.aws"
    # https://docs.aws.amazon.com/ses/latest/dg/send-email-authentication-dkim-easy.html
    r"|[a-z0-9]+\.dkim(?:\.[a-z0-9-]+)?\.amazonses\.com"
)
# https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-plan-bootstrap.html
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/download-CloudWatch-Agent-on-EC2-Instance-commandline-first.html
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html (layers of images)
# https://docs.aws.amazon.com/emr/latest/ManagementGuide/private-subnet-iampolicy.html (repositories of Amazon Linux)
_REGION: Final = r"(?:af|ap|ca|cn|eu|il|me|mx|sa|us|us-gov)-(?:central|(?:north|south)?(?:east|west)|north|south)-\d"
_BUCKET: Final = re.compile(
    rf"(?:{_REGION}\.)?elasticmapreduce|amazoncloudwatch-agent(?:-[a-z0-9-]+)?|prod-{_REGION}-starport-layer-bucket"
    rf"|(?:packages|repo|amazonlinux)\.{_REGION}\.amazonaws\.com|amazonlinux-2-repos-{_REGION}"
    rf"|al2023-repos-{_REGION}-de612dc2|repo\.{_REGION}\.emr\.amazonaws\.com"
)
# Verified aliases of AWS in the public registry: https://gallery.ecr.aws/?verified=verified
# https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-available.html
_IMAGE: Final = re.compile(
    r"aws/codebuild/.+|public\.ecr\.aws/(?:amazonlinux|aws-observability|aws-secrets-manager|bottlerocket|cloudwatch-agent|ecs|eks"
    r"|emr-on-eks|emr-serverless|lambda|sagemaker|xray)/.+"
)
# Publishers of layers: https://docs.aws.amazon.com/powertools/python/latest/, https://aws-sdk-pandas.readthedocs.io,
# https://aws-otel.github.io/docs/getting-started/lambda, https://docs.aws.amazon.com/lambda/latest/dg/monitoring-insights.html
_LAYER_ACCOUNTS: Final = frozenset({"017000801446", "336392948345", "901920570463", "580247275435"})
# The user `awslogsdelivery` of CloudFront, in AWS Regions and in China, which writes logs to buckets with an ACL:
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html
# https://docs.amazonaws.cn/en_us/AmazonCloudFront/latest/DeveloperGuide/AccessLogs.html
_LOG_DELIVERY_USERS: Final = frozenset(
    {
        "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0",
        "a52cb28745c0c06e84ec548334e44bfa7fc2a85c54af20cd59e4969344b7af56",
    }
)


def is_log_delivery_user(canonical_user: str) -> bool:
    """Whether a canonical user is the one with which CloudFront writes logs."""
    return canonical_user in _LOG_DELIVERY_USERS


def is_service_host(host: str) -> bool:
    """Whether a host is an endpoint of an AWS service, at which the account in the request decides."""
    return _SERVICE_HOST.fullmatch(host) is not None


def is_customer_host(host: str) -> bool:
    """Whether a host is a resource of a customer of AWS, such as a database or an API: its owner is not known."""
    return host.endswith((".amazonaws.com", ".amazonaws.com.cn", ".on.aws"))


def is_aws_bucket(bucket: str) -> bool:
    """Whether AWS publishes code in this bucket."""
    return _BUCKET.fullmatch(bucket) is not None


def is_aws_image(image: str) -> bool:
    """Whether AWS publishes this image."""
    return _IMAGE.fullmatch(image) is not None


def is_aws_layer(service: str, resource: str, account: str) -> bool:
    """Whether AWS publishes this Lambda layer."""
    return service == "lambda" and resource.startswith("layer:") and account in _LAYER_ACCOUNTS
