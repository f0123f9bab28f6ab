"""Categories of the curated ids: pack and controls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lakekit_policies.controls import Controls


@dataclass(frozen=True, slots=True)
class Category:
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

CATEGORIES: Final = (
    # Identities
    Category("baseline", {"nist": ["AC-6"], "cis": ["1.16"], "soc2": ["CC6.3"]}, "63 355 275 2_40 2_56"),
    Category("baseline", {"nist": ["AC-6(1)", "AC-6(10)"], "soc2": ["CC6.3"]}, "286 287"),
    Category("baseline", {"nist": ["AC-2", "AC-6"], "cis": ["1.15"], "soc2": ["CC6.2"]}, "40"),
    Category("baseline", {"nist": ["AC-2", "IA-2"], "cis": ["1.21"], "soc2": ["CC6.2"]}, "273"),
    Category("baseline", {"nist": ["AC-6(5)", "IA-5"], "cis": ["1.4"], "soc2": ["CC6.1"]}, "348"),
    # Networks
    Category("baseline", {"nist": ["SC-7", "AC-17"], "cis": ["5.2"], "soc2": ["CC6.6"]}, "24 25 277"),
    Category("baseline", _PRIVATE, "260 130 331"),
    Category("baseline", {"nist": ["SC-7"], "cis": ["5.4"], "soc2": ["CC6.6"]}, "2_12 148"),
    Category("baseline", {"nist": ["CM-8", "SC-7"], "soc2": ["CC6.6"]}, "23"),
    # Buckets and keys
    Category("baseline", {"nist": ["AC-3", "SC-7"], "cis": ["2.1.4"], "soc2": ["CC6.6"]}, "53 54 55 56"),
    Category("baseline", _RIGHTS, "93 33"),
    Category("baseline", {"nist": ["SC-12"], "cis": ["3.6"], "soc2": ["CC6.1"]}, "7"),
    Category("reliability", {"nist": ["SC-12(1)"], "soc2": ["A1.2"]}, "227"),
    # Stores
    Category("baseline", _AT_REST, "119 142 281 149 26 27 158"),
    Category("lakehouse", _AT_REST, "94 99 195 171 349 350 77 159 2_55"),
    Category("reliability", {"nist": ["CP-9", "CP-10"], "soc2": ["A1.2"]}, "28 165 343"),
    Category("baseline", _LOGS, "66"),
    Category("baseline", _PRIVATE, "87 154 321 391"),
    Category("baseline", {"nist": ["SI-2", "CM-6"], "soc2": ["CC7.1"]}, "141 320"),
    # Data processing
    Category("lakehouse", {"nist": ["SC-8", "SC-8(1)"], "soc2": ["CC6.7"]}, "351"),
    Category("lakehouse", _PRIVATE, "390 2_66"),
    Category("lakehouse", {"nist": ["CM-6", "AC-3"], "soc2": ["CC6.1"]}, "82"),
    Category("lakehouse", _LOGS, "242 243 244 284"),
    Category("streaming", _LOGS, "80"),
    Category("streaming", {"nist": ["SC-8(1)", "SC-28(1)"], "soc2": ["CC6.1", "CC6.7"]}, "81"),
    Category("streaming", _PRIVATE, "291"),
    # Messages, secrets, alarms, trails
    Category("baseline", _RIGHTS, "169 168 387 303"),
    Category("reliability", {"nist": ["SI-4", "IR-4"], "soc2": ["CC7.2", "CC7.3"]}, "319"),
    Category("baseline", {"nist": ["AU-9", "SC-28(1)"], "cis": ["3.5"], "soc2": ["CC6.1"]}, "35"),
    Category("baseline", {"nist": ["AU-9", "SI-7"], "cis": ["3.2"], "soc2": ["CC7.2"]}, "36"),
    Category("baseline", {"nist": ["AU-2", "AU-12"], "cis": ["3.1"], "soc2": ["CC7.2"]}, "67 251"),
    # Databases, caches and search
    Category("baseline", _AT_REST, "16 96 327 140 146 246 245 266 354 29 191 201 278 44 347 279 74 182 292"),
    Category("baseline", _AT_REST, "47 271 5 247 160 265"),
    Category("baseline", {"nist": ["SC-8", "SC-8(1)"], "soc2": ["CC6.7"]}, "30 202 90 239 6 83 228 211"),
    Category("baseline", _PRIVATE, "17 302 102 137"),
    Category("baseline", {"nist": ["IA-2", "AC-3"], "soc2": ["CC6.1"]}, "161 162 359 2_52"),
    Category("baseline", _LOGS, "129 324 325 101 85 84 317 118"),
    Category("reliability", {"nist": ["CP-9", "CP-10"], "soc2": ["A1.2"]}, "133 139 293 157 134 360 2_58"),
    Category("baseline", {"nist": ["SI-2", "CM-6"], "soc2": ["CC7.1"]}, "226 222 339 363 380 250 388 313"),
    # Functions, containers, machines
    Category("baseline", {"nist": ["IA-5"], "soc2": ["CC6.1"]}, "45 46 295"),
    Category("baseline", _AT_REST, "173 136 58 3 189 106 8 22 187 98"),
    Category("baseline", _PRIVATE, "117 32 38 39 100 333 88 122 306 370"),
    Category("baseline", {"nist": ["AC-6", "CM-7"], "soc2": ["CC6.1"]}, "334 335 336 210 307 79 341 371"),
    Category("baseline", {"nist": ["SI-7", "CM-14"], "soc2": ["CC8.1"]}, "272 51 163"),
    Category("baseline", _LOGS, "50 37 65 223"),
    Category("reliability", {"nist": ["SC-5", "SI-11"], "soc2": ["A1.1"]}, "115 116"),
    # File systems, transfers, endpoints, backups
    Category("baseline", _AT_REST, "42 184 178 179 190 203 212 296 298 263 264 166 186 294 43 185 282 177 181"),
    Category("baseline", {"nist": ["SC-8", "SC-8(1)"], "soc2": ["CC6.7"]}, "97 2_49 357"),
    Category("baseline", _PRIVATE, "89 164 123"),
    Category("baseline", {"nist": ["AC-3", "AC-6"], "soc2": ["CC6.1"]}, "329 330"),
)
