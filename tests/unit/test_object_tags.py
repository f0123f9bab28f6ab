"""S3 objects have at most ten tags, however many default tags the environment adds (S3 user guide, "Object tags")."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from lakekit.bindings import cdktf
from lakekit.catalog import Column, GovernedTable, IcebergTable
from lakekit.core.team_stack import TeamStack
from lakekit.environment.model import RESERVED_TAGS
from lakekit.storage import Artifact
from lakekit.testing import Template, environment, load, resources
from nonempty import nonempty

MANY = {f"team-tag-{number}": "x" for number in range(30)}


def team_stack(folder: Path, **changes: Any) -> Template:
    code = folder / "job.py"
    code.write_text("print()\n")
    app = cdktf.Testing.app(stub_version=False, fake_cdktf_json_path=True)
    stack = TeamStack(app, environment(**changes), "sales", owner="sales@acme.example")
    declared = GovernedTable("orders", [Column("id", "long")], "One row per order")
    IcebergTable(stack, "Orders", database="curated", table=declared)
    Artifact(stack, "Code", file=code)
    return load(stack)


def sent_tags(template: Template, one: dict[str, Any]) -> dict[str, str]:
    """The tags of an object as the provider sends them."""
    alias = one.get("provider", "aws").partition(".")[2]
    (provider,) = [provider for provider in template["provider"]["aws"] if provider.get("alias", "") == alias]
    assert provider["allowed_account_ids"] == template["provider"]["aws"][0]["allowed_account_ids"]
    return {**provider["default_tags"][0]["tags"], **one.get("tags", {})}


@pytest.mark.parametrize("tags", [{}, {"one": "x"}, {"one": "x", "two": "y"}, MANY])
def test_objects_have_at_most_ten_tags(tags: dict[str, str], tmp_path: Path) -> None:
    template = team_stack(tmp_path, tags=tags)
    objects = resources(template, "aws_s3_object")
    assert len(objects) == 2
    for one in objects.values():
        sent = sent_tags(template, one)
        assert len(sent) <= 10
        # The tags that identify owner and content stay; `lakekit.core.tags` sets each of them.
        assert set(sent) >= set(RESERVED_TAGS)
        assert sent["domain"] == "sales"


def test_other_resources_keep_the_tags_of_the_environment(tmp_path: Path) -> None:
    provider, _ = team_stack(tmp_path, tags=MANY)["provider"]["aws"]
    assert set(nonempty(MANY)) < set(provider["default_tags"][0]["tags"])


def test_more_tags_than_aws_allows_are_rejected() -> None:
    with pytest.raises(ValidationError, match="at most 35"):
        environment(tags={f"tag-{number}": "x" for number in range(36)})
