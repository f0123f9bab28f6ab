"""A plain cdktf program: `python cdktf_program.py stock|ours OUTDIR BUCKETS`, five resources to a bucket."""

import sys

if sys.argv[1] == "stock":
    import cdktf
    import cdktf_cdktf_provider_aws as aws
else:
    from lakekit.bindings import aws, cdktf

app = cdktf.App(outdir=sys.argv[2])
stack = cdktf.TerraformStack(app, "lake")
aws.provider.AwsProvider(stack, "aws", region="eu-west-1")
for number in range(int(sys.argv[3])):
    key = aws.kms_key.KmsKey(stack, f"Key{number}", enable_key_rotation=True)
    bucket = aws.s3_bucket.S3Bucket(stack, f"Bucket{number}", bucket=f"acme-dev-{number}")
    aws.s3_bucket_versioning.S3BucketVersioningA(
        stack, f"Versioning{number}", bucket=bucket.id, versioning_configuration={"status": "Enabled"}
    )
    aws.s3_bucket_public_access_block.S3BucketPublicAccessBlock(
        stack, f"Block{number}", bucket=bucket.id, block_public_acls=True, block_public_policy=True
    )
    aws.s3_bucket_server_side_encryption_configuration.S3BucketServerSideEncryptionConfigurationA(
        stack,
        f"Encryption{number}",
        bucket=bucket.id,
        rule=[{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": key.arn}}],
    )
app.synth()
