from __future__ import annotations

from typing import ClassVar

from lakekit_policies.rules._shared.settings_rule import Setting, SettingsRule


class CodeSigningEnforced(SettingsRule):
    id = "LK_LAMBDA_4"
    title = "Code signing configurations reject unsigned code"
    severity = "high"
    rationale = "With `Warn`, a function runs code without a valid signature."
    remedy = 'Set `policies.untrusted_artifact_on_deployment = "Enforce"`.'
    reference = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-codesigning.html"
    pack = "baseline"
    controls = {"nist": ["SI-7", "CM-14"], "soc2": ["CC8.1"]}
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting(
            "aws_lambda_code_signing_config",
            "policies.untrusted_artifact_on_deployment",
            allowed=("Enforce",),
            default="Warn",
        ),
    )


check = CodeSigningEnforced()
