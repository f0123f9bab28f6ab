from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Problem, StackRule
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

SECRETS = ("access_key", "secret_key", "token")
EMULATOR = (
    "endpoints",
    "insecure",
    "s3_use_path_style",
    "skip_credentials_validation",
    "skip_metadata_api_check",
    "skip_requesting_account_id",
)


class ProviderNoCredentialsOrEmulator(StackRule):
    id = "LK_TF_3"
    title = "Providers contain no credentials or emulator settings"
    severity = "critical"
    rationale = (
        "The configuration that was tested locally is the one that goes to AWS. skip_requesting_account_id also "
        "switches allowed_account_ids off, and insecure switches off the check of certificates."
    )
    remedy = "Pass credentials and endpoints by environment variables (`lakekit local` does)."
    reference = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs#authentication-and-configuration"
    pack = "baseline"
    controls = {"nist": ["IA-5", "IA-5(7)", "CM-6"], "soc2": ["CC6.1"]}

    def problems(self, stack: SynthesizedStack) -> Iterable[Problem]:
        for address, block in stack.providers("aws"):
            for key in SECRETS:
                if block.get(key):
                    yield Problem(address, f"{key} is written into the configuration")
            for key in EMULATOR:
                if block.get(key) not in (None, False, "false", [], {}):
                    yield Problem(address, f"{key} is set, which only an emulator needs")


check = ProviderNoCredentialsOrEmulator()
