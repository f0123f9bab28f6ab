"""Helpers for gate tests: a shared gate and small configurations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lakekit_policies import Gate, GateError, Verdict

DATA = Path(__file__).parent / "data"


@cache
def warm_gate() -> Gate:
    """Gate shared by all tests that do not stop it."""
    return Gate.start()


def metadata(tier: str) -> dict[str, Any]:
    return {"metadata": {"lakekit": {"environment": tier, "tier": tier, "stack": "storage"}}}


def resource(path: str, **arguments: Any) -> dict[str, Any]:
    """Resource body with the construct path that cdktf writes."""
    return {"//": {"metadata": {"path": path, "uniqueId": path.rpartition("/")[2]}}, **arguments}


def configuration(resources: dict[str, Any], *, tier: str = "dev", **more: Any) -> dict[str, Any]:
    return {"//": metadata(tier), "resource": resources, **more}


def open_group(**ingress: Any) -> dict[str, Any]:
    """Security group with one rule and the null values that cdktf writes."""
    nulls = ("ipv6_cidr_blocks", "prefix_list_ids", "security_groups", "self")
    rule = {"description": "ssh", "from_port": 22, "to_port": 22, "protocol": "tcp", **dict.fromkeys(nulls)}
    return resource("dev-storage/Open", description="ours", ingress=[{**rule, **ingress}])


def policy(action: Any, resource_: Any = "*") -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource_}],
    }


def write_out(outdir: Path, **stacks: dict[str, Any]) -> Path:
    """Write a synthesized directory with these stacks (``dev_storage`` becomes ``dev-storage``)."""
    entries = {}
    for key, content in stacks.items():
        name = key.replace("_", "-")
        folder = outdir / "stacks" / name
        folder.mkdir(parents=True)
        (folder / "cdk.tf.json").write_text(json.dumps(content))
        entries[name] = {"name": name, "synthesizedStackPath": f"stacks/{name}/cdk.tf.json"}
    outdir.mkdir(parents=True, exist_ok=True)
    (outdir / "manifest.json").write_text(json.dumps({"version": "0.21.0", "stacks": entries}))
    return outdir


def found(verdict: Verdict, rule: str) -> list[str]:
    """Addresses of a rule's findings."""
    return [finding.address for finding in verdict.findings if finding.rule_id == rule]


@contextmanager
def could_not_evaluate(code: str, *mentions: str) -> Iterator[None]:
    """Expect an evaluation error with this code and a message that contains these texts."""
    with pytest.raises(GateError) as caught:
        yield
    assert caught.value.code == code, caught.value.message
    assert caught.value.exit_code == 3
    for mention in mentions:
        assert mention in caught.value.message
