"""Glue schema registries, and schemas with a compatibility mode."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final, Literal, TypeAlias

from lakekit.bindings import Construct, aws
from lakekit.core.removal_policy import force_destroy_tags, resolve_force_destroy
from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError
from lakekit.iam import Grantee, resolve_grantee, statement
from lakekit.naming import Names, slug
from lakekit_policies.shared.regular_file import read_regular_text

Compatibility = Literal["BACKWARD", "BACKWARD_ALL", "FORWARD", "FORWARD_ALL", "FULL", "FULL_ALL"]
Format = Literal["AVRO", "JSON", "PROTOBUF"]
_COMPATIBILITIES: Final = ("BACKWARD", "BACKWARD_ALL", "FORWARD", "FORWARD_ALL", "FULL", "FULL_ALL")
# By file extension.
_FORMATS: Final[dict[str, Format]] = {".avsc": "AVRO", ".json": "JSON", ".proto": "PROTOBUF"}
_SUBJECT: Final = re.compile(r"[A-Za-z0-9$_.-]{1,255}\Z")
_READ: Final = ("glue:GetSchema", "glue:GetSchemaByDefinition", "glue:GetSchemaVersion", "glue:ListSchemaVersions")
# Consumers look up a record's schema by version id, a call without a resource in IAM: it requires `*` (Glue, "IAM
# examples for deserializers"; aws-glue-schema-registry issue 68). Ids are random.
_BY_ID: Final = ("glue:GetSchemaVersion",)
_REGISTER: Final = (*_READ, "glue:PutSchemaVersionMetadata", "glue:RegisterSchemaVersion")


def registry_name(names: Names, short_name: str) -> str:
    """Return the physical name of a registry."""
    return names.resource(short_name)


class SchemaRegistry(Construct):
    """Glue schema registry for the records of the environment's topics.

    Args:
        scope: parent construct.
        id: PascalCase id; default of `name`.
        name: short name in kebab case; the physical name is `<organization>-<environment>-<name>`.
        description: description of the registry.
        force_destroy: schemas may be destroyed with the registry; the tier decides by default.

    Attributes:
        name: physical name, a literal.
        resource: the `aws_glue_registry`.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str | None = None,
        description: str = "Schemas of the records of Kafka topics",
        force_destroy: bool | None = None,
    ) -> None:
        super().__init__(scope, id)
        self.name: Final = registry_name(environment_of(self).names, name or slug(id))
        self.resource: Final = aws.glue_registry.GlueRegistry(
            self,
            "Registry",
            registry_name=self.name,
            description=description,
            tags=force_destroy_tags(resolve_force_destroy(self, force_destroy)),
        )

    @classmethod
    def from_name(cls, scope: Construct, id: str, name: str) -> RegistryReference:
        """Return a reference to a registry of another stack.

        Args:
            scope: parent construct.
            id: PascalCase id.
            name: short name of the registry, one of `streaming.schema_registries` of the environment file.

        Raises:
            ConstructError: the environment has no registry of that name.
        """
        return RegistryReference(scope, id, name)


class RegistryReference(Construct):
    """Registry of another stack; `SchemaRegistry.from_name` returns one.

    Args:
        scope: parent construct.
        id: PascalCase id.
        name: short name of the registry, one of `streaming.schema_registries` of the environment file.

    Attributes:
        name: physical name, a literal.

    Raises:
        ConstructError: the environment has no registry of that name.
    """

    def __init__(self, scope: Construct, id: str, name: str) -> None:
        super().__init__(scope, id)
        self.name: Final = _known_registry(self, name)


RegistryLike: TypeAlias = SchemaRegistry | RegistryReference | str
"""A registry of this stack, a reference to one, or the short name of a registry of the environment."""


def _known_registry(scope: Construct, name: str) -> str:
    """Check the short name of a registry against the environment and return the physical name."""
    environment = environment_of(scope)
    known = environment.streaming.schema_registries if environment.streaming.enabled else ()
    if name not in known:
        raise ConstructError(
            scope,
            f"{environment.name} has no schema registry {name!r}; known: "
            f"{', '.join(known) or 'none, streaming is disabled'}",
            fix=f"use a known name, or add it to streaming.schema_registries in {environment.name}.yaml",
        )
    return registry_name(environment.names, name)


class Schema(Construct):
    """Schema of one subject, with its compatibility mode.

    A compatible definition is registered as the next version. Glue rejects an incompatible one, so the apply fails
    before a producer writes records that consumers cannot read.

    Args:
        scope: parent construct.
        id: PascalCase id.
        registry: a SchemaRegistry, a RegistryReference, or the short name of a registry of the environment.
        subject: name of the subject; `<topic>-value` for the values of a topic.
        file: the definition: `.avsc`, `.json` or `.proto`.
        compatibility: `BACKWARD` by default: new consumers read old records, so consumers are updated first.
        description: meaning of a record.
        force_destroy: versions may be destroyed with the schema; the tier decides by default.

    Attributes:
        subject: name of the subject.
        resource: the `aws_glue_schema`.

    Raises:
        ConstructError: the file does not exist or is not valid, an unknown extension or compatibility mode, or an
            unknown registry.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        registry: RegistryLike,
        subject: str,
        file: Path | str,
        description: str,
        compatibility: Compatibility = "BACKWARD",
        force_destroy: bool | None = None,
    ) -> None:
        super().__init__(scope, id)
        names = environment_of(self).names
        if compatibility not in _COMPATIBILITIES:
            raise ConstructError(
                self,
                f"compatibility {compatibility!r} is not allowed: it accepts every change, or none",
                fix=f"use one of {', '.join(_COMPATIBILITIES)}",
            )
        if not _SUBJECT.match(subject):
            raise ConstructError(
                self, f"{subject!r} is not a valid subject", fix="use letters, digits, dot, underscore, hyphen and $"
            )
        self.subject: Final = subject
        self._registry: Final = _known_registry(self, registry) if isinstance(registry, str) else registry.name
        definition, kind = self._read(Path(file))
        self.resource: Final = aws.glue_schema.GlueSchema(
            self,
            "Schema",
            registry_arn=names.arn("glue", f"registry/{self._registry}"),
            schema_name=subject,
            data_format=kind,
            compatibility=compatibility,
            schema_definition=definition,
            description=description,
            tags=force_destroy_tags(resolve_force_destroy(self, force_destroy)),
            depends_on=[registry.resource] if isinstance(registry, SchemaRegistry) else None,
        )

    def grant_read(self, grantee: Grantee) -> None:
        """Grant a role to read the schema and its versions.

        Args:
            grantee: a role, a construct with a role, or the name or ARN of a role of this account.
        """
        self._allow(grantee, "Read", _READ)

    def grant_register(self, grantee: Grantee) -> None:
        """Grant a role to read the schema and to register compatible versions, for producers with their own schema."""
        self._allow(grantee, "Register", _REGISTER)

    def _allow(self, grantee: Grantee, verb: str, actions: tuple[str, ...]) -> None:
        role = resolve_grantee(self, grantee)
        names = environment_of(self).names
        kinds = (f"registry/{self._registry}", f"schema/{self._registry}/{self.subject}")
        role.allow(statement(f"{verb}Schema", actions, [names.arn("glue", kind) for kind in kinds]))
        region = {"StringEquals": {"aws:RequestedRegion": environment_of(self).region}}
        role.allow(statement("ReadSchemaById", _BY_ID, ["*"], conditions=region))

    def _read(self, file: Path) -> tuple[str, Format]:
        kind = _FORMATS.get(file.suffix)
        if kind is None or not file.is_file():
            raise ConstructError(
                self,
                f"{file} is {'not a file' if kind else 'not a schema file'}",
                fix=f"pass a file with the extension {', '.join(_FORMATS)}",
            )
        text = read_regular_text(file)
        if kind == "PROTOBUF":
            return text, kind
        try:
            # In the compact form that Glue returns, so that the second plan is empty.
            return json.dumps(json.loads(text), separators=(",", ":"), ensure_ascii=False), kind
        except ValueError as error:
            raise ConstructError(self, f"{file} is not valid JSON: {error}") from error
