"""The requests that an engine's calls are, with the values of one instance."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Final

import jmespath
from jmespath.functions import Functions, signature

from lakekit.errors import LakekitError
from lakekit_local.engines.deployment import Deployment, Resource, Table
from lakekit_local.engines.profile import CallGroup, Profile, variables_of
from lakekit_local.engines.recording import recorded_calls

Values = Mapping[str, list[str]]


@dataclass(frozen=True)
class EngineRequest:
    """An action on a resource, with condition keys."""

    action: str
    resource: str
    source: str
    context: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Instance:
    """A deployed engine."""

    profile: Profile
    resource: Resource
    role_arn: str
    principal: str
    source_arn: str
    values: Values
    read: tuple[Table, ...]
    written: tuple[Table, ...]

    @property
    def name(self) -> str:
        """Its name, or its id."""
        attributes = self.resource.attributes
        named = attributes.get("name") or attributes.get("table_name") or attributes.get("bucket") or attributes["id"]
        return str(named)

    def requests(self) -> list[EngineRequest]:
        """All requests of the instance, each once."""
        found: dict[tuple[str, str, tuple[tuple[str, str], ...]], EngineRequest] = {}
        for one in self._made():
            found.setdefault((one.action, one.resource, tuple(sorted(one.context.items()))), one)
        return list(found.values())

    def _made(self) -> Iterator[EngineRequest]:
        for group in self.profile.calls:
            if not group.when or self.values.get(group.when):
                for values in self._scopes(group.each):
                    yield from _expanded(group, values, self.profile)
        for recorded in self.profile.recorded:
            for values in self._scopes(recorded.each):
                for group in recorded_calls(recorded):
                    yield from _expanded(group, values, self.profile)

    def _scopes(self, each: str) -> Iterator[Values]:
        if each == "instance":
            yield self.values
        for table in (self.written if each == "written" else self.read) if each != "instance" else ():
            yield {**self.values, **_of_table(table)}


def instances(profile: Profile, deployment: Deployment, shared: Values) -> list[Instance]:
    """The deployed engines of a profile.

    Args:
        profile: the profile.
        deployment: what is deployed.
        shared: variables of the environment: account, region, partition.
    """
    return [_instance(profile, one, deployment, shared) for one in deployment.of(profile.resource)]


def _instance(profile: Profile, resource: Resource, deployment: Deployment, shared: Values) -> Instance:
    attributes = resource.attributes
    role = _role_arn(_first(profile.role, attributes), deployment)
    values = {**shared, **{name: _listed(search(path, attributes)) for name, path in profile.values.items()}}
    values |= _linked(profile, attributes, deployment)
    for name in [one for one in values if one.endswith("bucket")]:
        keys = [deployment.keys_by_bucket.get(bucket, "") for bucket in values[name]]
        values[f"{name}_key"] = [key for key in keys if key]
    if profile.tables:
        named = [(one["database"], one["name"]) for one in search(profile.tables, attributes) or ()]
        written = [deployment.tables[key] for key in named if key in deployment.tables]
    else:
        written = deployment.granted(role, "INSERT")
    read = [one for one in deployment.granted(role, "SELECT") if one not in written]
    assumed_by = _first(profile.assumed_by, attributes)
    return Instance(
        profile=profile,
        resource=resource,
        role_arn=role,
        principal=assumed_by or _filled(profile.principal, values)[0],
        source_arn=_first(profile.source_arn, attributes),
        values=values,
        read=tuple(read),
        written=tuple(written),
    )


def _linked(profile: Profile, attributes: Mapping[str, Any], deployment: Deployment) -> Values:
    found: dict[str, list[str]] = {}
    for name, linked in profile.linked.items():
        wanted = _listed(search(linked.equals, {**attributes, "linked": found}))
        others = [one.attributes for one in deployment.of(linked.type) if one.attributes.get(linked.by) in wanted]
        values = [value for one in others for value in _listed(search(linked.value, one))]
        found[name] = list(dict.fromkeys(values))
    return found


def _role_arn(given: str, deployment: Deployment) -> str:
    """The ARN of a role by its ARN, its name, or the instance profile that has it."""
    if ":instance-profile/" in given:
        known = deployment.of("aws_iam_instance_profile")
        given = next((one.attributes["role"] for one in known if one.attributes["arn"] == given), "")
    roles = deployment.of("aws_iam_role")
    return next(
        (one.attributes["arn"] for one in roles if given in (one.attributes["arn"], one.attributes["name"])), given
    )


def _of_table(table: Table) -> Values:
    return {
        "database": [table.database],
        "table": [table.name],
        "table_bucket": [table.bucket],
        "table_prefix": [table.prefix],
        "first_metadata": [table.first_metadata],
        "table_bucket_key": [table.bucket_key] if table.bucket_key else [],
    }


def _expanded(group: CallGroup, values: Values, profile: Profile) -> Iterator[EngineRequest]:
    for name in {name for text in (*group.resources, *group.context.values()) for name in variables_of(text)}:
        if name not in values:
            text = f"the variable {{{name}}} is not defined"
            raise LakekitError(text, where=f"{profile.name}.toml", fix="add it to [values]")
    for action in group.actions:
        for resource in group.resources:
            for filled in _filled(resource, values):
                context = {key: _filled(value, values)[0] for key, value in group.context.items()}
                yield EngineRequest(action, filled, group.source, context)


def _filled(text: str, values: Values) -> list[str]:
    """The template with all combinations of values."""
    names = list(dict.fromkeys(variables_of(text)))
    made: list[str] = []
    for combination in product(*(values[name] for name in names)):
        known = dict(zip(names, combination, strict=True))
        made.append(re.sub(r"\{([a-z_]+)\}", lambda match, known=known: known[match[1]], text))  # type: ignore[misc]
    return made


class _Functions(Functions):  # type: ignore[misc]
    """Functions of texts, which JMESPath does not have."""

    @signature({"types": ["string"]}, {"types": ["string"]})  # type: ignore[untyped-decorator]
    def _func_split(self, separator: str, text: str) -> list[str]:
        return text.split(separator)

    @signature({"types": ["string"]}, {"types": ["string"]})  # type: ignore[untyped-decorator]
    def _func_after(self, separator: str, text: str) -> str:
        return text.partition(separator)[2]

    @signature({"types": ["string"]}, {"types": ["string"]})  # type: ignore[untyped-decorator]
    def _func_before(self, separator: str, text: str) -> str:
        return text.partition(separator)[0]


_OPTIONS: Final = jmespath.Options(custom_functions=_Functions())


def search(path: str, attributes: Mapping[str, Any]) -> Any:
    """What a JMESPath finds."""
    return jmespath.search(path, attributes, options=_OPTIONS)


def _first(path: str, attributes: Mapping[str, Any]) -> str:
    return next(iter(_listed(search(path, attributes))), "") if path else ""


def _listed(value: Any) -> list[str]:
    if isinstance(value, list):
        return [str(one) for one in value if one]
    return [str(value)] if value else []
