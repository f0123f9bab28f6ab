"""Stacks: backend, provider, tags and context come from the environment."""

from __future__ import annotations

from typing import Any

import pytest
from stack_builder import stack

from lakekit.bindings import aws, cdktf
from lakekit.core.stack import LakehouseStack, stack_of
from lakekit.core.team_stack import TeamStack
from lakekit.errors import ConstructError, LakekitError
from lakekit.storage import EncryptionKey
from lakekit.testing import environment, synthesize


def test_a_stack_of_aws() -> None:
    template = stack(lambda _: None)
    assert template["terraform"]["backend"] == {
        "s3": {
            "bucket": "acme-dev-terraform-state-111111111111-eu-west-1",
            "key": "lakekit/dev/test.tfstate",
            "region": "eu-west-1",
            "encrypt": True,
            "use_lockfile": True,
            "allowed_account_ids": ["111111111111"],
        }
    }
    assert template["terraform"]["required_providers"] == {
        "aws": {"source": "hashicorp/aws", "version": ">= 5.100.0, < 7.0.0"}
    }
    assert template["terraform"]["required_version"] == ">= 1.10.0"
    (provider,) = template["provider"]["aws"]
    assert provider["allowed_account_ids"] == ["111111111111"]
    assert provider["region"] == "eu-west-1"
    assert provider["default_tags"] == [
        {
            "tags": {
                "organization": "acme",
                "environment": "dev",
                "owner": "data-platform@acme.example",
                "cost-center": "cc-1001",
                "stack": "test",
                "managed-by": "lakekit",
                "data-product": "platform",
                "classification": "confidential",
            }
        }
    ]
    assert "max_retries" not in provider
    assert template["//"]["metadata"]["lakekit"]["tier"] == "dev"


def test_a_local_stack_keeps_its_state_beside_the_project(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.chdir(tmp_path)
    template = stack(lambda _: None, environment="local", tier="sandbox", target="local", backend={"kind": "local"})
    assert template["terraform"]["backend"] == {"local": {"path": "../../../.lakekit/state/local-test.tfstate"}}
    assert template["provider"]["aws"][0]["max_retries"] == 1


def test_backend_and_provider_are_configurable() -> None:
    template = stack(
        lambda _: None,
        backend={"kind": "s3", "bucket": "acme-states", "region": "us-east-1", "prefix": "a/b", "kms_key_id": "arn:k"},
        provider={"source": "opentofu/aws", "version": "~> 6.0"},
        tags={"confidentiality": "high"},
    )
    backend = template["terraform"]["backend"]["s3"]
    assert (backend["bucket"], backend["region"], backend["key"]) == (
        "acme-states",
        "us-east-1",
        "a/b/dev/test.tfstate",
    )
    assert backend["kms_key_id"] == "arn:k"
    assert template["terraform"]["required_providers"]["aws"] == {"source": "opentofu/aws", "version": "~> 6.0"}
    assert template["provider"]["aws"][0]["default_tags"][0]["tags"]["confidentiality"] == "high"


@pytest.mark.parametrize("name", ["Sales", "a_b", "", "1", "a b", "*"])
def test_invalid_stack_name_is_rejected(name: str) -> None:
    with pytest.raises(LakekitError, match=r"is not a valid (stack name|name of a data product)"):
        LakehouseStack(cdktf.Testing.app(), environment(), name)


def test_team_stack_has_owner_and_depends_on_platform_stacks() -> None:
    app = cdktf.Testing.app()
    dev, other = environment(), environment(environment="test")
    platform, foreign = LakehouseStack(app, dev, "storage"), LakehouseStack(app, other, "storage")
    team = TeamStack(app, dev, "sales", owner="sales@acme.example")
    assert team.tags["domain"] == "sales", "whose data products its resources make"
    assert "domain" not in LakehouseStack(app, dev, "other").tags
    assert team.depends_on(platform)
    assert not team.depends_on(foreign)
    assert team.tags["owner"] == "sales@acme.example"
    assert team.domain == "sales"


def test_stack_declares_product_and_classification() -> None:
    app, dev = cdktf.Testing.app(), environment()
    shared = LakehouseStack(app, dev, "storage").tags
    assert (shared["data-product"], shared["classification"]) == ("platform", "confidential")
    default = TeamStack(app, dev, "sales", owner="s@acme.example").tags
    assert (default["data-product"], default["classification"]) == ("sales", "confidential")
    said = TeamStack(
        app, dev, "sales-open", owner="s@acme.example", domain="sales", data_product="prices", classification="public"
    ).tags
    assert (said["data-product"], said["classification"]) == ("prices", "public")
    zones = {"only": {"description": "All of it", "classification": "public"}}
    assert LakehouseStack(app, environment(environment="test", lake={"zones": zones}), "x").tags["classification"] == (
        "public"
    )


def test_unknown_values_are_rejected() -> None:
    for wrong in ({"data_product": "Daily Orders"}, {"classification": "secret"}):
        with pytest.raises(LakekitError, match=r"is not a valid name|'secret' is not a classification of dev: public"):
            TeamStack(cdktf.Testing.app(), environment(), "sales", owner="s@acme.example", **wrong)


def test_a_team_needs_a_domain_of_the_environment() -> None:
    with pytest.raises(LakekitError, match="'marketing' is not a domain of dev: platform, sales"):
        TeamStack(cdktf.Testing.app(), environment(), "marketing", owner="m@acme.example")


def test_constructs_need_a_lakehouse_stack() -> None:
    plain = cdktf.TerraformStack(cdktf.Testing.app(), "plain")
    with pytest.raises(ConstructError, match="has no environment"):
        EncryptionKey(plain, "Key", name="k", description="d")


def test_a_construct_finds_its_stack() -> None:
    found: list[Any] = []

    def build(app: Any) -> LakehouseStack:
        made = LakehouseStack(app, environment(), "test")
        topic = aws.sns_topic.SnsTopic(made, "Topic")
        found.extend([made, stack_of(topic)])
        return made

    synthesize(build)
    assert found[0] is found[1]


def test_metadata_has_vocabularies_and_plan_limits() -> None:
    said = stack(lambda _: None)["//"]["metadata"]["lakekit"]
    assert said["vocabularies"]["classification"][0] == "public"
    assert "plan_limits" not in said, "the tier decides"
    limits = {"max_deletes": 2, "max_deleted_fraction": 0.1}
    limited = stack(lambda _: None, plan_limits=limits)["//"]["metadata"]["lakekit"]
    assert limited["plan_limits"] == limits
