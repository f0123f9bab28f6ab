"""Use most features of cdktf, with stock imports or through lakekit.bindings.

    python bindings_program.py stock|fast OUTDIR

Writes the stacks to OUTDIR/stacks and values known only at run time to OUTDIR/answers.json. The output is
deterministic, so two runs can be compared byte for byte.
"""

import json
import sys
from pathlib import Path

HOW, OUT = sys.argv[1], Path(sys.argv[2])

if HOW == "stock":
    import cdktf
    import cdktf_cdktf_provider_aws as aws
    import cdktf_cdktf_provider_snowflake as snowflake
    from constructs import Construct
else:
    from lakekit.bindings import Construct, aws, cdktf, snowflake

import jsii  # noqa: E402 - after the choice of bindings
from constructs import IConstruct  # noqa: E402

answers: dict[str, object] = {}


@jsii.implements(cdktf.IAspect)
class TagEverything:
    """Aspect called from JavaScript, so every construct is passed back to Python."""

    def __init__(self):
        self.seen = []

    def visit(self, node: IConstruct) -> None:
        self.seen.append([node.node.path, type(node).__name__])
        if isinstance(node, aws.s3_bucket.S3Bucket):
            node.add_override("tags.visited", "yes")


class AuditedBucket(aws.s3_bucket.S3Bucket):
    """A subclass in Python with an override that JavaScript calls."""

    def _synthesize_attributes(self):
        return {"bucket": "subclass", "force_destroy": True}


class Lake(Construct):
    """Structs as objects and as dicts, nested blocks, tokens, functions, literals."""

    def __init__(self, scope, id):
        super().__init__(scope, id)
        key = aws.kms_key.KmsKey(self, "Key", enable_key_rotation=True, deletion_window_in_days=30)
        self.bucket = aws.s3_bucket.S3Bucket(
            self,
            "Bucket",
            bucket="acme-dev-raw",
            tags={"zone": "raw"},
            lifecycle=cdktf.TerraformResourceLifecycle(prevent_destroy=True, ignore_changes=["tags"]),
        )
        rule = aws.s3_bucket_lifecycle_configuration.S3BucketLifecycleConfigurationRule
        aws.s3_bucket_lifecycle_configuration.S3BucketLifecycleConfiguration(
            self,
            "Lifecycle",
            bucket=self.bucket.id,
            rule=[
                rule(
                    id="uploads",
                    status="Enabled",
                    filter=[{"prefix": ""}],
                    abort_incomplete_multipart_upload=[{"days_after_initiation": 3}],
                ),
                {"id": "old", "status": "Enabled", "noncurrentVersionExpiration": [{"noncurrentDays": 30}]},
            ],
            depends_on=[key],
        )
        sse = aws.s3_bucket_server_side_encryption_configuration
        encryption = sse.S3BucketServerSideEncryptionConfigurationA(
            self, "Encryption", bucket=self.bucket.bucket, rule=[]
        )
        encryption.put_rule(
            [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": key.arn}}]
        )
        document = aws.data_aws_iam_policy_document.DataAwsIamPolicyDocument(
            self,
            "Document",
            statement=[
                aws.data_aws_iam_policy_document.DataAwsIamPolicyDocumentStatement(
                    effect="Deny",
                    actions=["s3:*"],
                    resources=[self.bucket.arn, f"{self.bucket.arn}/*"],
                    principals=[{"type": "*", "identifiers": ["*"]}],
                    condition=[{"test": "Bool", "variable": "aws:SecureTransport", "values": ["false"]}],
                )
            ],
        )
        aws.s3_bucket_policy.S3BucketPolicy(self, "Policy", bucket=self.bucket.id, policy=document.json)
        answers["internal value"] = repr(self.bucket.tags_input), self.bucket.node.path
        answers["token"] = cdktf.Token.is_unresolved(key.arn), self.bucket.bucket_input


class Foundation(cdktf.TerraformStack):
    """Backend, providers, complex lists, iterators, dynamic blocks, moves, imports, outputs."""

    def __init__(self, scope, id):
        super().__init__(scope, id)
        provider = aws.provider.AwsProvider(
            self,
            "aws",
            region="eu-west-1",
            allowed_account_ids=["111111111111"],
            default_tags=[{"tags": {"environment": "dev"}}],
        )
        other = aws.provider.AwsProvider(self, "us", region="us-east-1", alias="us")
        cdktf.S3Backend(self, bucket="state", key="foundation", region="eu-west-1", encrypt=True)
        self.add_override("terraform.backend.s3.use_lockfile", True)
        self.lake = Lake(self, "Lake")
        AuditedBucket(self, "Audited", bucket="ignored")

        certificate = aws.acm_certificate.AcmCertificate(
            self, "Certificate", domain_name="example.test", provider=other
        )
        options = cdktf.TerraformIterator.from_complex_list(certificate.domain_validation_options, "domain_name")
        aws.route53_record.Route53Record(
            self,
            "Record",
            for_each=options,
            name=options.get_string("name"),
            type=options.get_string("type"),
            records=[options.get_string("record")],
            zone_id="Z1",
            ttl=60,
        )
        first = certificate.domain_validation_options.get(0)
        answers["complex list"] = [type(first).__name__, type(certificate.options).__name__]
        cdktf.TerraformOutput(self, "First", value=first.resource_record_name, sensitive=True)

        names = cdktf.TerraformIterator.from_list(["a", "b"])
        topics = aws.sns_topic.SnsTopic(self, "Topics", for_each=names, name=cdktf.Token.as_string(names.value))
        chained = cdktf.TerraformIterator.from_resources(topics)
        aws.sqs_queue.SqsQueue(self, "Queues", for_each=chained, name=chained.get_string("name"))
        ports = cdktf.TerraformIterator.from_list([9094, 9098])
        aws.security_group.SecurityGroup(
            self,
            "Brokers",
            ingress=ports.dynamic({"from_port": ports.value, "to_port": ports.value, "protocol": "tcp"}),
            count=cdktf.TerraformCount.of(2),
        )
        zones = aws.data_aws_availability_zones.DataAwsAvailabilityZones(self, "Zones", state="available")
        cdktf.TerraformOutput(self, "Zone", value=cdktf.Fn.element(zones.names, 0))
        cdktf.TerraformOutput(self, "Json", value=cdktf.Fn.jsonencode({"arn": self.lake.bucket.arn}))
        variable = cdktf.TerraformVariable(self, "size", type="number", default=2)
        local = cdktf.TerraformLocal(self, "doubled", cdktf.Op.mul(variable.number_value, 2))
        aws.kinesis_stream.KinesisStream(self, "Stream", name="s", shard_count=cdktf.Token.as_number(local.expression))
        cdktf.TerraformHclModule(
            self, "Module", source="registry.example/acme/module/aws", variables={"x": self.lake.bucket.arn}
        )
        imported = aws.glue_catalog_database.GlueCatalogDatabase(self, "Imported", name="raw")
        imported.import_from("111111111111:raw")
        imported.add_override("description", "set late")
        moved = aws.iam_role.IamRole(self, "Moved", name="r", assume_role_policy="{}")
        moved.move_from_id("aws_iam_role.before")
        answers["provider"] = [provider.fqn, other.fqn]


class Consumer(cdktf.TerraformStack):
    """Reads another stack's attributes, and another provider's bindings."""

    def __init__(self, scope, id, foundation):
        super().__init__(scope, id)
        aws.provider.AwsProvider(self, "aws", region="eu-west-1")
        snowflake.provider.SnowflakeProvider(self, "snowflake", organization_name="o", account_name="a")
        snowflake.database.Database(self, "Database", name="RAW", data_retention_time_in_days=7)
        aws.ssm_parameter.SsmParameter(self, "Arn", name="/arn", type="String", value=foundation.lake.bucket.arn)


app = cdktf.App(outdir=str(OUT), context={"answer": 42})
foundation = Foundation(app, "foundation")
Consumer(app, "consumer", foundation)
aspect = TagEverything()
cdktf.Aspects.of(foundation).add(aspect)
app.synth()

found = foundation.node.find_child("Lake").node.find_child("Bucket")
answers["found"] = [type(found).__qualname__, found is foundation.lake.bucket]
answers["seen"] = aspect.seen
answers["children"] = [[child.node.id, type(child).__name__] for child in foundation.node.find_all()]
try:
    aws.s3_bucket.S3Bucket(foundation, "Wrong", bucket=1)
except Exception as error:
    answers["wrong type"] = [type(error).__name__, "bucket" in str(error)]
try:
    aws.s3_bucket.S3Bucket(foundation, "Unknown", buckett="x")
except Exception as error:
    answers["unknown argument"] = [type(error).__name__, str(error)]

test_app = cdktf.Testing.app()
test_stack = cdktf.TerraformStack(test_app, "tested")
aws.athena_workgroup.AthenaWorkgroup(test_stack, "Workgroup", name="primary")
text = cdktf.Testing.synth(test_stack)
answers["Testing.synth"] = text
answers["Testing matchers"] = [
    cdktf.Testing.to_have_resource(text, aws.athena_workgroup.AthenaWorkgroup.TF_RESOURCE_TYPE),
    cdktf.Testing.to_have_resource_with_properties(text, "aws_athena_workgroup", {"name": "primary"}),
    cdktf.Testing.to_have_resource(text, "aws_s3_bucket"),
]
(OUT / "answers.json").write_text(json.dumps(answers, indent=1, sort_keys=True), encoding="utf-8")

if HOW == "stock":  # the provider is already imported: lakekit.bindings cannot make it lazy, and has to work
    from lakekit.bindings import aws as late

    try:
        late.s3_bukket  # noqa: B018
    except AttributeError as error:
        unknown = str(error)
    same = late.s3_bucket.S3Bucket is aws.s3_bucket.S3Bucket
    (OUT.parent / "late.json").write_text(json.dumps({"same class": same, "unknown": unknown}))
