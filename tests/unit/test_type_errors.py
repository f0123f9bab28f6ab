"""Type errors of jsii's kernel become one line with the Python name of the argument."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lakekit.bindings import aws, cdktf
from lakekit.bindings.type_errors import translate

lifecycle = aws.s3_bucket_lifecycle_configuration


@pytest.fixture(scope="module")
def stack() -> cdktf.TerraformStack:
    return cdktf.TerraformStack(cdktf.Testing.app(), "s")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda s: aws.s3_bucket.S3Bucket(s, "A", bucket=3), "S3Bucket: bucket is number 3, expected str"),
        (
            lambda s: aws.s3_bucket.S3Bucket(s, "B", tags={"owner": 1}),
            "S3Bucket: tags.owner is number 1, expected str",
        ),
        (
            lambda s: aws.s3_bucket.S3Bucket(s, "C", force_destroy="yes"),
            "S3Bucket: force_destroy is str 'yes', expected bool",
        ),
        (
            lambda s: lifecycle.S3BucketLifecycleConfiguration(s, "D", bucket="b", rule=[{"id": "r", "status": 8}]),
            "S3BucketLifecycleConfiguration: rule[0].status is number 8, expected str",
        ),
        (
            lambda s: lifecycle.S3BucketLifecycleConfiguration(
                s,
                "E",
                bucket="b",
                rule=[
                    {"id": "r", "status": "Enabled"},
                    lifecycle.S3BucketLifecycleConfigurationRule(
                        id="q",
                        status="Enabled",
                        expiration=[lifecycle.S3BucketLifecycleConfigurationRuleExpiration(days="never")],
                    ),
                ],
            ),
            "S3BucketLifecycleConfiguration: rule[1].expiration[0].days is str 'never', expected number",
        ),
        (lambda _: aws.s3_bucket.S3Bucket(None, "F"), "S3Bucket: scope is None, expected Construct"),
        (
            lambda s: aws.s3_bucket.S3Bucket(s, "G").add_override(4, 5),
            "S3Bucket.add_override: path is number 4, expected str",
        ),
        (
            lambda s: setattr(aws.s3_bucket.S3Bucket(s, "H"), "bucket", 5),
            "S3Bucket: bucket is number 5, expected str",
        ),
        (
            lambda s: aws.security_group.SecurityGroup(s, "I", depends_on="all"),
            "SecurityGroup: depends_on is str 'all', expected list[ITerraformDependable]",
        ),
    ],
)
def test_wrong_type_names_the_argument(stack: cdktf.TerraformStack, call: Callable[[Any], Any], message: str) -> None:
    with pytest.raises(TypeError) as error:
        call(stack)
    assert str(error.value) == message
    assert "Unable to deserialize" in str(error.value.__cause__)


def test_other_errors_of_jsii_are_unchanged(stack: cdktf.TerraformStack) -> None:
    aws.s3_bucket.S3Bucket(stack, "Twice")
    with pytest.raises(RuntimeError, match="already a Construct with name 'Twice'"):
        aws.s3_bucket.S3Bucket(stack, "Twice")
    assert translate("") is None
    assert translate("There is already a Construct with name 'Twice'") is None
