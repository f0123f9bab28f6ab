"""Environments: what a deployed lakehouse is, read from `stacks/environments/<name>.yaml`."""

from __future__ import annotations

from .governance import GovernanceSettings, RoleSettings, TagFilter
from .lake import KeyScope, LakeSettings, ZoneSettings
from .loader import available, directory, load, load_all, load_file, selected
from .model import AwsProviderSettings, Environment, LocalBackend, S3Backend, Target
from .network import ExistingVpc, Nat, NetworkSettings
from .processing import (
    AthenaSettings,
    Prewarmed,
    ProcessingSettings,
    SparkClusterSettings,
    SparkServerlessSettings,
)
from .tiers import TIERS, Tier, TierDefaults
from .warehouse import Authenticator, Edition, ServiceUserSettings, WarehouseSettings, WarehouseSize, WorkloadSettings

__all__ = [
    "TIERS",
    "AthenaSettings",
    "Authenticator",
    "AwsProviderSettings",
    "Edition",
    "Environment",
    "ExistingVpc",
    "GovernanceSettings",
    "KeyScope",
    "LakeSettings",
    "LocalBackend",
    "Nat",
    "NetworkSettings",
    "Prewarmed",
    "ProcessingSettings",
    "RoleSettings",
    "S3Backend",
    "ServiceUserSettings",
    "SparkClusterSettings",
    "SparkServerlessSettings",
    "TagFilter",
    "Target",
    "Tier",
    "TierDefaults",
    "WarehouseSettings",
    "WarehouseSize",
    "WorkloadSettings",
    "ZoneSettings",
    "available",
    "directory",
    "load",
    "load_all",
    "load_file",
    "selected",
]
