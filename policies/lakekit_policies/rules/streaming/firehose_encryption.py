from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.kms_keys import key_problem
from lakekit_policies.terraform.blocks import Block, nested


class FirehoseEncryption(Rule):
    id = "LK_FIREHOSE_1"
    title = "Firehose streams with direct put use a customer managed key"
    severity = "high"
    rationale = (
        "Firehose buffers records for up to a day when a destination fails. Streams that read from Kafka or Kinesis "
        "do not buffer; the encryption of the source applies, and Firehose accepts no key."
    )
    remedy = 'Set `server_side_encryption` with `key_type = "CUSTOMER_MANAGED_CMK"` and `key_arn`.'
    reference = "https://docs.aws.amazon.com/firehose/latest/dev/encryption.html"
    pack = "streaming"
    controls = {"nist": ["SC-28", "SC-28(1)", "SC-12"], "soc2": ["CC6.1"]}
    resources = ("aws_kinesis_firehose_delivery_stream",)

    def problems(self, block: Block) -> Iterable[str]:
        if nested(block, "msk_source_configuration") or nested(block, "kinesis_source_configuration"):
            return
        for encryption in nested(block, "server_side_encryption") or [{}]:
            if encryption.get("enabled") is not True:
                yield "server_side_encryption is not enabled with key_type CUSTOMER_MANAGED_CMK"
            elif encryption.get("key_type") != "CUSTOMER_MANAGED_CMK":
                yield f"server_side_encryption has key_type {encryption.get('key_type')}, not CUSTOMER_MANAGED_CMK"
            elif problem := key_problem(encryption.get("key_arn"), "server_side_encryption"):
                yield problem


check = FirehoseEncryption()
