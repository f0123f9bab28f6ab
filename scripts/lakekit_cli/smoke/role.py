"""The role of the smoke test."""

from __future__ import annotations

from lakekit.errors import LakekitError


def assume_role(arn: str, region: str) -> dict[str, str]:
    """Return `AWS_…` variables with credentials of a role, assumed with the credentials of the caller.

    Raises:
        AwsSetupError: there are no usable credentials, or AWS could not be reached.
        LakekitError: the role does not exist, or the caller may not assume it.
    """
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    from lakekit_cli.aws.errors import explained

    try:
        made = boto3.client("sts", region_name=region).assume_role(RoleArn=arn, RoleSessionName="lakekit-smoke")
    except ClientError as error:
        if error.response["Error"]["Code"] != "AccessDenied":
            raise explained(error, arn) from error
        raise LakekitError(
            "the role of the smoke test does not exist, or these credentials may not assume it",
            where=arn,
            fix="deploy the environment, and use credentials of a role of governance.administrators",
        ) from error
    except BotoCoreError as error:
        raise explained(error, arn) from error
    keys = made["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
        "AWS_SESSION_TOKEN": keys["SessionToken"],
    }
