"""The rules of checkov that we stand behind, in our words, and those we leave out, with the reason."""

from __future__ import annotations

from typing import Final

from lakekit_policies.curated.entry import CheckovRule
from lakekit_policies.curated.identity import IDENTITY
from lakekit_policies.curated.network import NETWORK
from lakekit_policies.curated.noise import NOISE
from lakekit_policies.curated.operations import OPERATIONS
from lakekit_policies.curated.processing import PROCESSING
from lakekit_policies.curated.storage import STORAGE

__all__ = ["CURATED", "NOISE", "CheckovRule"]

CURATED: Final[dict[str, CheckovRule]] = {**STORAGE, **IDENTITY, **PROCESSING, **NETWORK, **OPERATIONS}
