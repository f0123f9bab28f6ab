from __future__ import annotations

from lakekit_policies.destinations import Destination
from lakekit_policies.destinations.model import Use
from lakekit_policies.rules._shared.destination_rule import DestinationRule


class EncryptionKeysInside(DestinationRule):
    id = "LK_DEST_8"
    title = "Data is encrypted with keys inside the trust boundary"
    severity = "high"
    rationale = (
        "The owner of a key decides who decrypts the data, sees every use of it, and can delete it, and the data "
        "with it."
    )
    remedy = "Use a key of this account. State the account of a shared key in `trust_boundary.accounts`."
    reference = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html"
    pack = "baseline"
    controls = {"nist": ["SC-12", "SC-28", "AC-4"], "soc2": ["CC6.1"]}
    # A plan without a boundary often names a key by its ARN, and no other account.
    rejects_unknown = False

    def concerns(self, destination: Destination) -> bool:
        return destination.use is Use.KEY


check = EncryptionKeysInside()
