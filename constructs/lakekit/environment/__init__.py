"""Environments: the settings of a lakehouse, read from `stacks/environments/<name>.yaml`."""

from __future__ import annotations

from .deployment import DeploymentRole, DeploymentSettings
from .governance import GovernanceSettings, RoleSettings, TagFilter
from .lake import KeyScope, LakeSettings, ZoneSettings
from .loader import available, directory, load, load_all, load_file, selected
from .model import Environment, LocalBackend, S3Backend, Target
from .network import ExistingVpc, Nat, NetworkSettings
from .operations import BudgetSettings, OperationsSettings, Subscription
from .processing import (
    AthenaSettings,
    GlueSettings,
    InitialCapacity,
    ProcessingSettings,
    SparkClusterSettings,
    SparkServerlessSettings,
)
from .provider import AwsProviderSettings, CapabilityName
from .snowflake import Authenticator, Edition, ServiceUserSettings, SnowflakeSettings, WarehouseSize, WorkloadSettings
from .streaming import ConnectSettings, KafkaKind, KafkaSettings, StreamingSettings
from .tiers import TIERS, Tier, TierDefaults
from .trust_boundary import TrustBoundarySettings

__all__ = [
    "TIERS",
    "AthenaSettings",
    "Authenticator",
    "AwsProviderSettings",
    "BudgetSettings",
    "CapabilityName",
    "ConnectSettings",
    "DeploymentRole",
    "DeploymentSettings",
    "Edition",
    "Environment",
    "ExistingVpc",
    "GlueSettings",
    "GovernanceSettings",
    "InitialCapacity",
    "KafkaKind",
    "KafkaSettings",
    "KeyScope",
    "LakeSettings",
    "LocalBackend",
    "Nat",
    "NetworkSettings",
    "OperationsSettings",
    "ProcessingSettings",
    "RoleSettings",
    "S3Backend",
    "ServiceUserSettings",
    "SnowflakeSettings",
    "SparkClusterSettings",
    "SparkServerlessSettings",
    "StreamingSettings",
    "Subscription",
    "TagFilter",
    "Target",
    "Tier",
    "TierDefaults",
    "TrustBoundarySettings",
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
