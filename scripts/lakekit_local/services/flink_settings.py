"""Settings of Flink applications: convert them from requests to descriptions, and apply updates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Settings = dict[str, Any]

# Defaults of AWS (Managed Service for Apache Flink, "Application resources").
_DEFAULTS: Mapping[str, Settings] = {
    "CheckpointConfiguration": {
        "ConfigurationType": "DEFAULT",
        "CheckpointingEnabled": True,
        "CheckpointInterval": 60_000,
        "MinPauseBetweenCheckpoints": 5_000,
    },
    "MonitoringConfiguration": {"ConfigurationType": "DEFAULT", "MetricsLevel": "APPLICATION", "LogLevel": "INFO"},
    "ParallelismConfiguration": {
        "ConfigurationType": "DEFAULT",
        "Parallelism": 1,
        "ParallelismPerKPU": 1,
        "AutoScalingEnabled": False,
    },
}


def describe_settings(sent: Mapping[str, Any], vpc: str) -> Settings:
    """Return the settings as DescribeApplication shows them."""
    shown: Settings = {}
    code = sent.get("ApplicationCodeConfiguration")
    if code:
        shown["ApplicationCodeConfigurationDescription"] = {
            "CodeContentType": code["CodeContentType"],
            "CodeContentDescription": _code(code.get("CodeContent", {})),
        }
    flink = sent.get("FlinkApplicationConfiguration", {})
    shown["FlinkApplicationConfigurationDescription"] = {
        f"{part}Description": _with_current({**defaults, **flink.get(part, {})}) for part, defaults in _DEFAULTS.items()
    }
    groups = sent.get("EnvironmentProperties", {}).get("PropertyGroups")
    if groups:
        shown["EnvironmentPropertyDescriptions"] = {"PropertyGroupDescriptions": groups}
    for name in ("ApplicationSnapshotConfiguration", "ApplicationSystemRollbackConfiguration"):
        if name in sent:
            shown[f"{name}Description"] = dict(sent[name])
    shown["VpcConfigurationDescriptions"] = [
        {**configuration, "VpcConfigurationId": "1.1", "VpcId": vpc}
        for configuration in sent.get("VpcConfigurations", [])
    ]
    return shown


def apply_update(known: Mapping[str, Any], change: Mapping[str, Any], run: Mapping[str, Any]) -> Settings:
    """Return the settings after an update, whose fields end in `Update`."""
    shown = dict(known)
    code = change.get("ApplicationCodeConfigurationUpdate")
    if code:
        part = dict(shown["ApplicationCodeConfigurationDescription"])
        part["CodeContentType"] = code.get("CodeContentTypeUpdate", part["CodeContentType"])
        content = dict(part["CodeContentDescription"])
        content.update(_code_update(content, code.get("CodeContentUpdate", {})))
        shown["ApplicationCodeConfigurationDescription"] = {**part, "CodeContentDescription": content}
    for part_name, part_update in change.get("FlinkApplicationConfigurationUpdate", {}).items():
        key = part_name.removesuffix("Update") + "Description"
        flink = dict(shown["FlinkApplicationConfigurationDescription"])
        flink[key] = _with_current({**flink.get(key, {}), **_stripped(part_update)})
        shown["FlinkApplicationConfigurationDescription"] = flink
    if "EnvironmentPropertyUpdates" in change:
        groups = change["EnvironmentPropertyUpdates"]["PropertyGroups"]
        shown["EnvironmentPropertyDescriptions"] = {"PropertyGroupDescriptions": groups}
    for name in ("ApplicationSnapshotConfiguration", "ApplicationSystemRollbackConfiguration"):
        if f"{name}Update" in change:
            shown[f"{name}Description"] = _stripped(change[f"{name}Update"])
    for moved in change.get("VpcConfigurationUpdates", []):
        shown["VpcConfigurationDescriptions"] = [
            {
                **entry,
                "SubnetIds": moved.get("SubnetIdUpdates", entry["SubnetIds"]),
                "SecurityGroupIds": moved.get("SecurityGroupIdUpdates", entry["SecurityGroupIds"]),
            }
            for entry in shown["VpcConfigurationDescriptions"]
        ]
    if run:
        running = dict(shown.get("RunConfigurationDescription", {}))
        for kind in ("ApplicationRestoreConfiguration", "FlinkRunConfiguration"):
            if kind in run:
                running[f"{kind}Description"] = dict(run[kind])
        shown["RunConfigurationDescription"] = running
    return shown


def _code(content: Mapping[str, Any]) -> Settings:
    shown: Settings = {}
    if content.get("S3ContentLocation"):
        shown["S3ApplicationCodeLocationDescription"] = dict(content["S3ContentLocation"])
    if content.get("TextContent"):
        shown["TextContent"] = content["TextContent"]
    return shown


def _code_update(known: Mapping[str, Any], update: Mapping[str, Any]) -> Settings:
    location = update.get("S3ContentLocationUpdate")
    if not location:
        return {"TextContent": update["TextContentUpdate"]} if update.get("TextContentUpdate") else {}
    merged = {**known.get("S3ApplicationCodeLocationDescription", {}), **_stripped(location)}
    return {"S3ApplicationCodeLocationDescription": merged}


def _stripped(update: Mapping[str, Any]) -> Settings:
    return {name.removesuffix("Update"): value for name, value in update.items() if value is not None}


def _with_current(part: Settings) -> Settings:
    return {**part, "CurrentParallelism": part["Parallelism"]} if "Parallelism" in part else part
