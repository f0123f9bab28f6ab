"""Environments: the settings of a lakehouse, read from `stacks/environments/<name>.yaml`.

Names are loaded when they are first used: the models take a fifth of a second.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from .deployment import DeploymentRole, DeploymentSettings
    from .folder import directory
    from .governance import GovernanceSettings, RoleSettings, TagFilter
    from .lake import KeyScope, LakeSettings, ZoneSettings
    from .loader import available, load, load_all, load_file, selected
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
    from .snowflake import (
        Authenticator,
        Edition,
        ServiceUserSettings,
        SnowflakeSettings,
        WarehouseSize,
        WorkloadSettings,
    )
    from .streaming import ConnectSettings, KafkaKind, KafkaSettings, StreamingSettings
    from .tiers import TIERS, Tier, TierDefaults
    from .trust_boundary import TrustBoundarySettings

_NAMES: Final = {
    "deployment": ("DeploymentRole", "DeploymentSettings"),
    "folder": ("directory",),
    "governance": ("GovernanceSettings", "RoleSettings", "TagFilter"),
    "lake": ("KeyScope", "LakeSettings", "ZoneSettings"),
    "loader": ("available", "load", "load_all", "load_file", "selected"),
    "model": ("Environment", "LocalBackend", "S3Backend", "Target"),
    "network": ("ExistingVpc", "Nat", "NetworkSettings"),
    "operations": ("BudgetSettings", "OperationsSettings", "Subscription"),
    "processing": (
        "AthenaSettings",
        "GlueSettings",
        "InitialCapacity",
        "ProcessingSettings",
        "SparkClusterSettings",
        "SparkServerlessSettings",
    ),
    "provider": ("AwsProviderSettings", "CapabilityName"),
    "snowflake": (
        "Authenticator",
        "Edition",
        "ServiceUserSettings",
        "SnowflakeSettings",
        "WarehouseSize",
        "WorkloadSettings",
    ),
    "streaming": ("ConnectSettings", "KafkaKind", "KafkaSettings", "StreamingSettings"),
    "tiers": ("TIERS", "Tier", "TierDefaults"),
    "trust_boundary": ("TrustBoundarySettings",),
}
_MODULE_OF: Final = {name: module for module, names in _NAMES.items() for name in names}

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


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
