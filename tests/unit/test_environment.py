"""Environment files: accepted input, and the error for each mistake."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lakekit.environment import TIERS, Tier, load, load_all, load_file, selected
from lakekit.environment.schema import schema, text
from lakekit.errors import EnvironmentFileError
from nonempty import nonempty

FOLDER = Path(__file__).parents[2] / "stacks" / "environments"
DEV = (FOLDER / "dev.yaml").read_text(encoding="utf-8")


def write(folder: Path, content: str, name: str = "dev.yaml") -> Path:
    file = folder / name
    file.write_text(content, encoding="utf-8")
    return file


def test_the_reference_environments_are_valid() -> None:
    assert [environment.name for environment in load_all(FOLDER)] == ["dev", "local", "prod", "staging"]


def test_the_published_schema_is_the_models() -> None:
    assert (FOLDER / "environment.schema.json").read_text(encoding="utf-8") == text()


@pytest.mark.parametrize("name", ["dev", "local", "prod", "staging"])
def test_the_schema_accepts_the_reference_environments(name: str) -> None:
    problems = jsonschema.Draft202012Validator(schema()).iter_errors(
        yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    )
    assert [problem.message for problem in problems] == []


def test_schema_rejects_unknown_key() -> None:
    with pytest.raises(jsonschema.ValidationError, match="ownr"):
        jsonschema.validate({**yaml.safe_load(DEV), "ownr": "x"}, schema())


MISTAKES = [
    ("owner:", "ownr:", ":7: unknown key 'ownr'", "did you mean 'owner'?"),
    ("backend: {kind: s3}", "backend: {kind: s3, buket: x}", "unknown key 'backend.buket'", "did you mean 'bucket'?"),
    ("read:", "reed:", "unknown key 'governance.roles.analyst.reed'", "did you mean 'read'?"),
    ("governance:", "lake: {zones: {raw: {noncurrent: 3}}}\ngovernance:", "'lake.zones.raw.noncurrent'", "noncurrent_"),
    ("tier: dev", "tier: prd", ":4: tier: expected one of 'sandbox', 'dev', 'staging' or 'prod', not 'prd'", ""),
    ('account_id: "111111111111"', "account_id: 111111111111", ":5: account_id: 111111111111 is not the 12", "quotes"),
    ('account_id: "111111111111"', 'account_id: "1111"', ":5: account_id: '1111' is not the 12 digits", ""),
    ("region: eu-west-1", "region: Ireland", ":6: region: 'Ireland' is not an AWS region", ""),
    ("environment: dev", "environment: dev-1", ":3: environment: 'dev-1' is not lower-case", ""),
    ("tier: dev", "tier: dev\ntier: prod", ":5: tier is a duplicate key, first in line 4", "remove one"),
    ("region: eu-west-1\n", "", "the key 'region' is missing", "add `region: …`"),
    ("[consumption, curated]", "[consumption, gold]", "read.zone: gold is not one of landing, raw, curated", ""),
    ("[public, internal]", "[secret]", "classification: secret is not one of public, internal", ""),
    (
        "governance:",
        "lake: {zones: {raw: {expire_after_days: 3}}}\ngovernance:",
        "expire_after_days 3 would delete live files",
        "",
    ),
    ("backend: {kind: s3}", "backend: {kind: local}", ":9: backend: target aws does not allow", ""),
    (
        "cost_center: cc-1001",
        "cost_center: cc-1001\ntags: {owner: me}",
        ":9: tags.owner: tags owner are set by Lakekit",
        "",
    ),
    (
        "cost_center: cc-1001",
        'cost_center: cc-1001\ntags: {"aws:x": y}',
        "keys that begin with 'aws:' are reserved by AWS",
        "",
    ),
    ("tier: dev", "tier: [", "not valid YAML", ""),
    ("administrators: [lakehouse-deployer]", "administrators: []", "expected at least 1 entry, not 0 entries", ""),
]


@pytest.mark.parametrize(("old", "new", "problem", "fix"), MISTAKES, ids=[mistake[2][:40] for mistake in MISTAKES])
def test_error_has_file_line_key_and_fix(tmp_path: Path, old: str, new: str, problem: str, fix: str) -> None:
    assert old in DEV
    file = write(tmp_path, DEV.replace(old, new, 1))
    with pytest.raises(EnvironmentFileError) as caught:
        load_file(file)
    message = str(caught.value)
    assert str(file) in message
    assert problem in message
    assert fix in message


@pytest.mark.parametrize("content", ["", "- a\n", "just words\n", "\x00"])
def test_file_without_mapping_is_rejected(tmp_path: Path, content: str) -> None:
    with pytest.raises(EnvironmentFileError):
        load_file(write(tmp_path, content))


def test_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFileError, match="cannot be read"):
        load_file(tmp_path / "dev.yaml")


def test_unknown_environment_suggests_the_nearest_name() -> None:
    with pytest.raises(EnvironmentFileError, match="did you mean 'staging'"):
        load("stagin", FOLDER)


def test_a_file_is_called_like_its_environment(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFileError, match=r"the file name is 'test\.yaml'"):
        load_file(write(tmp_path, DEV, "test.yaml"))


def test_empty_folder_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFileError, match="no environment file"):
        load_all(tmp_path)


def test_one_can_be_selected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAKEKIT_ENV", "prod, dev")
    assert [environment.name for environment in selected(FOLDER)] == ["prod", "dev"]
    monkeypatch.setenv("LAKEKIT_ENV", "")
    assert len(selected(FOLDER)) == 4


SNOWFLAKE = """
snowflake:
  organization: acme
  account: lake
  region: aws_eu_west_1
  edition: enterprise
  allowed_networks: [203.0.113.0/24]
  {more}
"""
ABOVE = [
    ("dev", "processing: {cluster: {max_units: 101}}", "processing.cluster.max_units: 101 units are above 100"),
    ("staging", "processing: {cluster: {max_units: 201}}", "processing.cluster.max_units: 201 units are above 200"),
    ("dev", "workloads: {load: {monthly_credits: 1001}}", "load.monthly_credits: 1001 credits are above 1000"),
    ("dev", "workloads: {load: {size: XLARGE}}", "snowflake.workloads.load.size: a size of XLARGE is above LARGE"),
    ("dev", "workloads: {load: {max_clusters: 5}}", "load.max_clusters: 5 clusters are above 4"),
    ("prod", "workloads: {load: {monthly_credits: 10001}}", "load.monthly_credits: 10001 credits are above 10000"),
]


def sized(tier: str, setting: str) -> str:
    """dev.yaml in another tier, with a setting of the cluster or of the warehouse in place of its own."""
    section = setting if setting.startswith(("processing", "plan_limits")) else SNOWFLAKE.format(more=setting)
    return DEV[: DEV.index("snowflake:")].replace("tier: dev", f"tier: {tier}") + section + "\n"


@pytest.mark.parametrize(("tier", "setting", "problem"), ABOVE, ids=[one[1] for one in ABOVE])
def test_tier_limits_are_reported_at_their_line(tmp_path: Path, tier: str, setting: str, problem: str) -> None:
    content = sized(tier, setting)
    line = content[: content.index(setting)].count("\n") + 1
    with pytest.raises(EnvironmentFileError) as caught:
        load_file(write(tmp_path, content))
    message = str(caught.value)
    assert problem in message
    assert f"dev.yaml:{line}: " in message
    assert f"in tier {tier}: lower it, or give the construct settings of its own and waive LK_" in message


@pytest.mark.parametrize(
    ("tier", "deletes", "fraction", "problem"),
    [
        ("prod", 26, 0.1, "plan_limits.max_deletes: 26 deletions are above 25"),
        ("prod", 1, 0.51, "plan_limits.max_deleted_fraction: a fraction of 0.51 is above 0.5"),
        ("staging", 999, 1, "plan_limits.max_deletes: 999 deletions are above 50"),
        ("dev", 126, 1, "plan_limits.max_deletes: 126 deletions are above 125"),
    ],
)
def test_plan_limits_above_those_of_the_tier_are_rejected(
    tmp_path: Path, tier: str, deletes: int, fraction: float, problem: str
) -> None:
    content = sized(tier, f"plan_limits: {{max_deletes: {deletes}, max_deleted_fraction: {fraction}}}")
    line = content[: content.index("plan_limits:")].count("\n") + 1
    with pytest.raises(EnvironmentFileError) as caught:
        load_file(write(tmp_path, content))
    message = str(caught.value)
    assert f"dev.yaml:{line}: " in message
    assert f"{problem} in tier {tier}: lower it, and acknowledge a single plan" in message


@pytest.mark.parametrize(
    ("tier", "setting"),
    [
        ("prod", "plan_limits: {max_deletes: 25, max_deleted_fraction: 0.5}"),
        ("sandbox", "plan_limits: {max_deletes: 9999, max_deleted_fraction: 1}"),
        ("dev", "processing: {cluster: {max_units: 100}}"),
        ("prod", "processing: {cluster: {max_units: 1000}}"),
        ("prod", "workloads: {load: {size: XXLARGE, max_clusters: 10, monthly_credits: 9000}}"),
        ("dev", "monthly_credits: 1001"),
    ],
)
def test_value_at_the_tier_limit_is_accepted(tmp_path: Path, tier: str, setting: str) -> None:
    assert load_file(write(tmp_path, sized(tier, setting))).tier == tier


def test_tiers_rise() -> None:
    order = [TIERS[tier] for tier in Tier]
    for lower, higher in nonempty(pairwise(order)):
        assert lower.noncurrent_days <= higher.noncurrent_days
        assert lower.access_log_days <= higher.access_log_days
        assert lower.key_deletion_days <= higher.key_deletion_days
        assert lower.allow_force_destroy >= higher.allow_force_destroy
        assert lower.prevent_destroy <= higher.prevent_destroy
    assert TIERS[Tier.PROD].prevent_destroy
    assert not TIERS[Tier.PROD].allow_force_destroy


def test_zone_defaults_apply_to_keys_that_are_not_set(tmp_path: Path) -> None:
    content = DEV.replace("governance:", "lake: {zones: {landing: {tiering_after_days: 5}, silver: }}\ngovernance:")
    content = content.replace("zone: [consumption, curated]", "zone: [silver]").replace(
        "zone: [raw, curated, consumption]", "zone: [silver]"
    )
    for zones_of_a_role in ("zone: [curated, consumption]", "zone: [curated]"):
        content = content.replace(zones_of_a_role, "zone: [silver]")
    zones = load_file(write(tmp_path, content)).lake.zones
    assert list(zones) == ["landing", "silver"]
    assert zones["landing"].tiering_after_days == 5
    assert not zones["landing"].holds_tables
    assert zones["landing"].expire_after_days == 90
    assert zones["silver"].holds_tables


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([*yaml.safe_load(DEV), "lake", "provider", "tags", "target", "nonsense"]),
    json_values,
)
def test_any_value_under_any_key_is_accepted_or_explained(
    tmp_path_factory: pytest.TempPathFactory, key: str, value: Any
) -> None:
    """Any content of a file gives an Environment or an EnvironmentFileError, never another exception."""
    content = json.dumps({**yaml.safe_load(DEV), key: value})
    file = write(tmp_path_factory.mktemp("environments"), content)
    try:
        environment = load_file(file)
    except EnvironmentFileError as error:
        assert str(file) in str(error)  # noqa: PT017
    else:
        assert environment.name == "dev"
