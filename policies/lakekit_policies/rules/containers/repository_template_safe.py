from __future__ import annotations

from typing import ClassVar

from lakekit_policies.rules._shared.settings_rule import Setting, SettingsRule


class RepositoryTemplateSafe(SettingsRule):
    id = "LK_ECR_5"
    title = "Templates of repositories make them immutable and encrypted"
    severity = "high"
    rationale = "Repositories that a pull or a replication creates take their settings from the template."
    remedy = "Set `image_tag_mutability = IMMUTABLE`, and KMS with a customer managed key."
    reference = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html"
    pack = "baseline"
    controls = {"nist": ["CM-14", "SC-28(1)"], "soc2": ["CC6.1", "CC8.1"]}
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting(
            "aws_ecr_repository_creation_template", "image_tag_mutability", allowed=("IMMUTABLE",), default="MUTABLE"
        ),
        Setting(
            "aws_ecr_repository_creation_template",
            "encryption_configuration.encryption_type",
            allowed=("KMS", "KMS_DSSE"),
        ),
    )


check = RepositoryTemplateSafe()
