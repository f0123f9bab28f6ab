"""Tiers and their defaults, selected by `tier:` in an environment file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tier(StrEnum):
    """Tier of an environment, in rising order of protection."""

    SANDBOX = "sandbox"
    DEV = "dev"
    STAGING = "staging"
    PROD = "prod"


@dataclass(frozen=True, slots=True)
class TierDefaults:
    """Defaults of a tier for arguments that are not given.

    Attributes:
        force_destroy: default of `force_destroy`: resources may be destroyed with their data.
        allow_force_destroy: constructs may set `force_destroy=True`.
        prevent_destroy: resources with data have Terraform's `prevent_destroy`.
        noncurrent_days: days until noncurrent object versions are deleted.
        access_log_days: days S3 access logs are kept.
        log_days: days CloudWatch logs are kept.
        key_deletion_days: waiting period before a scheduled KMS key deletion, 7 to 30 (KMS ScheduleKeyDeletion).
        inventory: a weekly S3 inventory is written for every zone.
        snapshot_days: days that Iceberg snapshots are retained.
        requires_plan_gate: the cdktf CLI may deploy only through the plan gate.
        time_travel_days: days of Time Travel of Snowflake tables; more than 1 needs Enterprise edition, 90 at most.
        warehouse_size: size of a Snowflake warehouse, unless its workload sets one.
        warehouse_credits: credits a month after which a Snowflake warehouse is suspended, unless its workload sets one.
        zones: letters of the availability zones of the network.
        min_zones: minimum number of availability zones: 2 to survive the loss of one, 3 for a quorum (MSK).
        scan_limit_gb: maximum GB that an Athena query may scan; at 5 USD a TB, 50 GB are 25 cents.
        auto_termination: idle EMR clusters terminate; without it they have termination protection.
    """

    force_destroy: bool
    allow_force_destroy: bool
    prevent_destroy: bool
    noncurrent_days: int
    access_log_days: int
    log_days: int
    key_deletion_days: int
    inventory: bool
    snapshot_days: int
    requires_plan_gate: bool
    time_travel_days: int
    warehouse_size: str
    warehouse_credits: int
    zones: tuple[str, ...]
    min_zones: int
    scan_limit_gb: int
    auto_termination: bool


TIERS: dict[Tier, TierDefaults] = {
    Tier.SANDBOX: TierDefaults(
        force_destroy=True,
        allow_force_destroy=True,
        prevent_destroy=False,
        noncurrent_days=7,
        access_log_days=30,
        log_days=30,
        key_deletion_days=7,
        inventory=False,
        snapshot_days=3,
        requires_plan_gate=False,
        time_travel_days=1,
        warehouse_size="XSMALL",
        warehouse_credits=10,
        zones=("a", "b"),
        min_zones=1,
        scan_limit_gb=50,
        auto_termination=True,
    ),
    Tier.DEV: TierDefaults(
        force_destroy=False,
        allow_force_destroy=True,
        prevent_destroy=False,
        noncurrent_days=14,
        access_log_days=90,
        log_days=90,
        key_deletion_days=14,
        inventory=False,
        snapshot_days=5,
        requires_plan_gate=False,
        time_travel_days=1,
        warehouse_size="XSMALL",
        warehouse_credits=40,
        zones=("a", "b"),
        min_zones=1,
        scan_limit_gb=200,
        auto_termination=True,
    ),
    Tier.STAGING: TierDefaults(
        force_destroy=False,
        allow_force_destroy=False,
        prevent_destroy=False,
        noncurrent_days=30,
        access_log_days=180,
        log_days=180,
        key_deletion_days=30,
        inventory=False,
        snapshot_days=5,
        requires_plan_gate=True,
        time_travel_days=7,
        warehouse_size="XSMALL",
        warehouse_credits=80,
        zones=("a", "b", "c"),
        min_zones=2,
        scan_limit_gb=1000,
        auto_termination=False,
    ),
    # A year of access logs: CIS AWS Foundations and PCI DSS 10.5.1 ask for twelve months.
    Tier.PROD: TierDefaults(
        force_destroy=False,
        allow_force_destroy=False,
        prevent_destroy=True,
        noncurrent_days=90,
        access_log_days=365,
        log_days=365,
        key_deletion_days=30,
        inventory=True,
        snapshot_days=7,
        requires_plan_gate=True,
        time_travel_days=30,
        warehouse_size="SMALL",
        warehouse_credits=400,
        zones=("a", "b", "c"),
        min_zones=3,
        scan_limit_gb=2000,
        auto_termination=False,
    ),
}
