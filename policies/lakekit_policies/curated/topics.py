"""The curated ids by what they are about: their pack and the controls they serve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lakekit_policies.controls import Controls


@dataclass(frozen=True, slots=True)
class Topic:
    pack: str
    controls: Controls
    ids: str
    """Numbers of ``CKV_AWS_…``; ``2_5`` is ``CKV2_AWS_5``."""

    @property
    def rule_ids(self) -> list[str]:
        return [
            f"CKV2_AWS_{item.removeprefix('2_')}" if item.startswith("2_") else f"CKV_AWS_{item}"
            for item in self.ids.split()
        ]


_AT_REST: Final = {"nist": ["SC-12", "SC-28(1)"], "soc2": ["CC6.1"]}
_LOGS: Final = {"nist": ["AU-2", "AU-12"], "soc2": ["CC7.2"]}
_PRIVATE: Final = {"nist": ["AC-3", "SC-7"], "soc2": ["CC6.6"]}
_RIGHTS: Final = {"nist": ["AC-3", "AC-6"], "soc2": ["CC6.1", "CC6.3"]}

TOPICS: Final = (
    # Identities
    Topic("baseline", {"nist": ["AC-6"], "cis": ["1.16"], "soc2": ["CC6.3"]}, "63 355 275 2_40 2_56"),
    Topic("baseline", {"nist": ["AC-6(1)", "AC-6(10)"], "soc2": ["CC6.3"]}, "286 287"),
    Topic("baseline", _RIGHTS, "60 61"),
    Topic("baseline", {"nist": ["AC-2", "AC-6"], "cis": ["1.15"], "soc2": ["CC6.2"]}, "40"),
    Topic("baseline", {"nist": ["AC-2", "IA-2"], "cis": ["1.21"], "soc2": ["CC6.2"]}, "273"),
    Topic("baseline", {"nist": ["AC-6(5)", "IA-5"], "cis": ["1.4"], "soc2": ["CC6.1"]}, "348"),
    # Networks
    Topic("baseline", {"nist": ["SC-7", "AC-17"], "cis": ["5.2"], "soc2": ["CC6.6"]}, "24 25 277"),
    Topic("baseline", _PRIVATE, "260 382 130"),
    Topic("baseline", {"nist": ["SC-7"], "cis": ["5.1"], "soc2": ["CC6.6"]}, "229 230 231 232"),
    Topic("baseline", {"nist": ["SC-7"], "cis": ["5.4"], "soc2": ["CC6.6"]}, "2_12 148"),
    Topic("baseline", {"nist": ["AU-12", "SI-4"], "cis": ["3.7"], "soc2": ["CC7.2"]}, "2_11"),
    Topic("baseline", {"nist": ["CM-8", "SC-7"], "soc2": ["CC6.6"]}, "23"),
    # Buckets and keys
    Topic("baseline", {"nist": ["AC-3", "SC-7"], "cis": ["2.1.4"], "soc2": ["CC6.6"]}, "53 54 55 56 2_6"),
    Topic("baseline", _RIGHTS, "70 93 33"),
    Topic("reliability", {"nist": ["CP-9", "SI-12"], "soc2": ["A1.2"]}, "21"),
    Topic("cost", {"nist": ["SI-12", "MP-6"], "soc2": ["C1.2"]}, "2_61"),
    Topic("baseline", {"nist": ["SC-12"], "cis": ["3.6"], "soc2": ["CC6.1"]}, "7"),
    Topic("reliability", {"nist": ["SC-12(1)"], "soc2": ["A1.2"]}, "227"),
    # Stores
    Topic("baseline", _AT_REST, "119 142 281 149 26 27 158"),
    Topic("lakehouse", _AT_REST, "94 99 195 171 349 350 77 159 2_55"),
    Topic("reliability", {"nist": ["CP-9", "CP-10"], "soc2": ["A1.2"]}, "28 165 343"),
    Topic("baseline", _LOGS, "71 66"),
    Topic("baseline", _PRIVATE, "87 154 321 391"),
    Topic("baseline", {"nist": ["SC-8", "SC-8(1)"], "soc2": ["CC6.7"]}, "105"),
    Topic("baseline", {"nist": ["SI-2", "CM-6"], "soc2": ["CC7.1"]}, "141 320"),
    # What moves and changes data
    Topic("lakehouse", {"nist": ["SC-8", "SC-8(1)"], "soc2": ["CC6.7"]}, "351"),
    Topic("lakehouse", _PRIVATE, "390 2_66"),
    Topic("lakehouse", {"nist": ["CM-6", "AC-3"], "soc2": ["CC6.1"]}, "82"),
    Topic("lakehouse", _LOGS, "242 243 244 284 285"),
    Topic("streaming", _LOGS, "80"),
    Topic("streaming", {"nist": ["SC-8(1)", "SC-28(1)"], "soc2": ["CC6.1", "CC6.7"]}, "81"),
    Topic("streaming", _PRIVATE, "291"),
    # Messages, secrets, alarms, trails
    Topic("baseline", _RIGHTS, "169 385 72 168 387 303"),
    Topic("reliability", {"nist": ["SI-4", "IR-4"], "soc2": ["CC7.2", "CC7.3"]}, "319"),
    Topic("baseline", {"nist": ["AU-9", "SC-28(1)"], "cis": ["3.5"], "soc2": ["CC6.1"]}, "35"),
    Topic("baseline", {"nist": ["AU-9", "SI-7"], "cis": ["3.2"], "soc2": ["CC7.2"]}, "36"),
    Topic("baseline", {"nist": ["AU-2", "AU-12"], "cis": ["3.1"], "soc2": ["CC7.2"]}, "67 251"),
    Topic("baseline", {"nist": ["IA-5(1)"], "soc2": ["CC6.1"]}, "304"),
)
