from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, mapping

_INSTALLER: Final = "--python-modules-installer-option"
_UNVERIFIED: Final = re.compile(r"--trusted-host\b|\bhttp://")
# Spark trims values of settings before it parses them.
_SPARK: Final = re.compile(
    r"\b(spark\.(?:authenticate|network\.crypto\.enabled|io\.encryption\.enabled|ssl(?:\.\w+)?\.enabled))\s*=\s*(?!true\b)(\S*)",
    re.IGNORECASE,
)


class JobArgumentsEncrypted(Rule):
    id = "LK_GLUE_14"
    title = "Arguments of Glue jobs do not disable encryption and verification"
    severity = "high"
    rationale = (
        "A package index over HTTP, or one whose certificate is not verified, gives an attacker in the network the "
        "permissions of the job. Spark settings can disable authentication and encryption between executors."
    )
    remedy = (
        "Install modules over HTTPS without `--trusted-host`, and leave `spark.authenticate`, `spark.network.crypto`, "
        "`spark.io.encryption` and `spark.ssl` at the defaults of Glue."
    )
    reference = "https://docs.aws.amazon.com/glue/latest/dg/aws-glue-programming-python-libraries.html"
    pack = "lakehouse"
    controls = {"nist": ["SC-8", "SI-7"], "soc2": ["CC6.7", "CC8.1"]}
    resources = ("aws_glue_job",)

    def problems(self, block: Block) -> Iterable[str]:
        for name in ("default_arguments", "non_overridable_arguments"):
            for key, value in mapping(block, name).items():
                text = str(value)
                if key == _INSTALLER and _UNVERIFIED.search(text):
                    yield f"{name}.{key} installs from an index that is not verified"
                if key == "--conf":
                    for setting, given in _SPARK.findall(text):
                        yield f"{name}.{key} sets {setting} to {given or 'nothing'}"


check = JobArgumentsEncrypted()
