from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block


class SecretRotates(Rule):
    id = "LK_SECRETS_1"
    title = "Secrets rotate"
    severity = "medium"
    rationale = "A secret that never changes stays valid for everybody who has ever read it."
    remedy = (
        "Add `aws_secretsmanager_secret_rotation` with 90 days or less; a secret that AWS manages rotates without it."
    )
    reference = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html"
    pack = "baseline"
    controls = {"nist": ["IA-5", "IA-5(1)"], "soc2": ["CC6.1"]}
    resources = ("aws_secretsmanager_secret",)

    def problems(self, block: Block) -> Iterable[str]:
        names = {value for key in ("name", "arn", "id") if isinstance(value := block.get(key), str)}
        rotations = self.peers.referencing("aws_secretsmanager_secret_rotation", "secret_id", names)
        if not rotations and not self.peers.is_uncertain("aws_secretsmanager_secret_rotation", "secret_id"):
            yield "the secret has no rotation"


check = SecretRotates()
