from __future__ import annotations

from typing import ClassVar

from lakekit_policies.rules._shared.settings_rule import Setting, SettingsRule


class ExternalKeysProtected(SettingsRule):
    id = "LK_KMS_6"
    title = "Keys with imported material are protected like others"
    severity = "high"
    rationale = (
        "A short waiting period leaves little time to stop a deletion, and imported material cannot be recovered by "
        "AWS. Without the lockout check, a policy can leave the key to no administrator."
    )
    remedy = "Set `deletion_window_in_days = 30`, and leave `bypass_policy_lockout_safety_check` off."
    reference = "https://docs.aws.amazon.com/kms/latest/developerguide/importing-keys.html"
    pack = "baseline"
    controls = {"nist": ["CP-9", "SC-12"], "soc2": ["A1.2"]}
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("aws_kms_external_key", "deletion_window_in_days", minimum=30, default=30),
        Setting("aws_kms_external_key", "bypass_policy_lockout_safety_check", rejected=(True,)),
        Setting("aws_kms_replica_external_key", "deletion_window_in_days", minimum=30, default=30),
        Setting("aws_kms_replica_external_key", "bypass_policy_lockout_safety_check", rejected=(True,)),
    )


check = ExternalKeysProtected()
