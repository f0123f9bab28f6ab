"""Schemas of records: a registry, and a compatibility for each subject."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final, Literal

from lakekit.bindings import Construct, aws
from lakekit.core.removal_policy import force_destroy_tags, resolve_force_destroy
from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError
from lakekit.iam import Grantee, resolve_grantee, statement
from lakekit.naming import Names, slug

Compatibility = Literal["BACKWARD", "BACKWARD_ALL", "FORWARD", "FORWARD_ALL", "FULL", "FULL_ALL"]
Format = Literal["AVRO", "JSON", "PROTOBUF"]
_COMPATIBILITIES: Final = ("BACKWARD", "BACKWARD_ALL", "FORWARD", "FORWARD_ALL", "FULL", "FULL_ALL")
# By the file's ending.
_FORMATS: Final[dict[str, Format]] = {".avsc": "AVRO", ".json": "JSON", ".proto": "PROTOBUF"}
_SUBJECT: Final = re.compile(r"[A-Za-z0-9$_.-]{1,255}\Z")
_READ: Final = ("glue:GetSchema", "glue:GetSchemaByDefinition", "glue:GetSchemaVersion", "glue:ListSchemaVersions")
# Readers know of a record's schema its id alone, in which Glue sees no resource: it takes a star or refuses (Glue,
# "IAM examples for deserializers"; aws-glue-schema-registry issue 68). Ids are random.
_BY_ID: Final = ("glue:GetSchemaVersion",)
_REGISTER: Final = (*_READ, "glue:PutSchemaVersionMetadata", "glue:RegisterSchemaVersion")


def registry_name(names: Names, short_name: str) -> str:
    """The physical name of a registry."""
    return names.resource(short_name)


class SchemaRegistry(Construct):
    """A Glue schema registry: what records of the environment's topics look like.

    Args:
        scope: where it stands.
        id: PascalCase id; the registry's short name unless `name` is given.
        name: kebab-case name; the physical name is `<organization>-<environment>-<name>`.
        description: what is registered in it.
        force_destroy: schemas may go with it; the tier decides by default.

    Attributes:
        name: its physical name, a literal.
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
        self.resource: Final[Any] = aws.glue_registry.GlueRegistry(
            self,
            "Registry",
            registry_name=self.name,
            description=description,
            tags=force_destroy_tags(resolve_force_destroy(self, force_destroy)),
        )


class Schema(Construct):
    """The schema of one subject, and which changes of it are allowed.

    A new definition is registered as the next version if it is compatible; Glue refuses it otherwise, and so the apply
    fails before any producer writes what consumers cannot read.

    Args:
        scope: where it stands.
        id: PascalCase id.
        registry: a SchemaRegistry, or the kebab-case name of one that another stack of the environment owns.
        subject: the subject's name; for the values of a topic, `<topic>-value`.
        file: the definition: `.avsc`, `.json` or `.proto`.
        compatibility: `BACKWARD` by default: new readers read old records, so consumers are updated first.
        description: what a record is.
        force_destroy: versions may go with it; the tier decides by default.

    Attributes:
        subject: its name.
        resource: the `aws_glue_schema`.

    Raises:
        ConstructError: no such file, no definition in it, an ending or a compatibility that is not known.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        registry: SchemaRegistry | str,
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
                f"compatibility {compatibility!r}: with it any change is let through, or none",
                fix=f"use one of {', '.join(_COMPATIBILITIES)}",
            )
        if not _SUBJECT.match(subject):
            raise ConstructError(self, f"{subject!r} is no subject", fix="letters, digits, dot, underscore, hyphen, $")
        self.subject: Final = subject
        self._registry: Final = registry_name(names, registry) if isinstance(registry, str) else registry.name
        definition, kind = self._read(Path(file))
        self.resource: Final[Any] = aws.glue_schema.GlueSchema(
            self,
            "Schema",
            registry_arn=names.arn("glue", f"registry/{self._registry}"),
            schema_name=subject,
            data_format=kind,
            compatibility=compatibility,
            schema_definition=definition,
            description=description,
            tags=force_destroy_tags(resolve_force_destroy(self, force_destroy)),
            depends_on=None if isinstance(registry, str) else [registry.resource],
        )

    def grant_read(self, grantee: Grantee) -> None:
        """Let a role look up the schema and its versions."""
        self._allow(grantee, "Read", _READ)

    def grant_register(self, grantee: Grantee) -> None:
        """`grant_read`, and also register compatible versions, as producers do that bring their own."""
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
                f"{file} is {'no file' if kind else 'no schema file'}",
                fix=f"name a file that ends in {', '.join(_FORMATS)}",
            )
        text = file.read_text(encoding="utf-8")
        if kind == "PROTOBUF":
            return text, kind
        try:
            # As Glue gives it back: without what only a reader needs, the second plan is empty.
            return json.dumps(json.loads(text), separators=(",", ":"), ensure_ascii=False), kind
        except ValueError as error:
            raise ConstructError(self, f"{file} is not valid JSON: {error}") from error
