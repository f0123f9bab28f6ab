"""LF-tags on databases, tables and columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError


def tag_database(
    scope: Construct, id: str, *, database: str, tags: Mapping[str, str]
) -> aws.lakeformation_resource_lf_tags.LakeformationResourceLfTags:
    """Assign LF-tags to a database; its tables inherit them."""
    module = aws.lakeformation_resource_lf_tags
    target = module.LakeformationResourceLfTagsDatabase(name=database)
    return _attach(scope, id, tags, database=target)


def tag_table(
    scope: Construct, id: str, *, database: str, table: str, tags: Mapping[str, str]
) -> aws.lakeformation_resource_lf_tags.LakeformationResourceLfTags:
    """Assign LF-tags to a table; they override inherited ones."""
    module = aws.lakeformation_resource_lf_tags
    target = module.LakeformationResourceLfTagsTable(database_name=database, name=table)
    return _attach(scope, id, tags, table=target)


def tag_column(
    scope: Construct, id: str, *, database: str, table: str, column: str, tags: Mapping[str, str]
) -> aws.lakeformation_resource_lf_tags.LakeformationResourceLfTags:
    """Assign LF-tags to a column of a table; they override inherited ones.

    A resource has one column: the provider cannot change the columns of a resource, and to replace it removes the
    tags of all its columns for a while.
    """
    module = aws.lakeformation_resource_lf_tags
    target = module.LakeformationResourceLfTagsTableWithColumns(
        database_name=database, name=table, column_names=[column]
    )
    return _attach(scope, id, tags, table_with_columns=target)


def check_tags(scope: Construct, tags: Mapping[str, str]) -> None:
    """Reject a tag key or value that the environment does not declare.

    Raises:
        ConstructError: names the key, the value and the allowed values.
    """
    environment = environment_of(scope)
    vocabulary = {
        "zone": tuple(environment.lake.zones),
        "domain": environment.governance.domains,
        "classification": environment.governance.classifications,
    }
    for key, value in tags.items():
        if key not in vocabulary:
            raise ConstructError(scope, f"{key!r} is not an LF-tag; there are {', '.join(vocabulary)}")
        if value not in vocabulary[key]:
            raise ConstructError(
                scope,
                f"{key} {value!r} is not one of {', '.join(vocabulary[key])}",
                fix=f"use one of them, or add it to {environment.name}.yaml",
            )


def _attach(
    scope: Construct, id: str, tags: Mapping[str, str], **target: Any
) -> aws.lakeformation_resource_lf_tags.LakeformationResourceLfTags:
    check_tags(scope, tags)
    if "zone" in tags:
        tags = {**tags, "zone": environment_of(scope).lf_zone(tags["zone"])}
    module = aws.lakeformation_resource_lf_tags
    # The provider matches a tag by catalog, key and value.
    pairs = [module.LakeformationResourceLfTagsLfTag(key=key, value=tags[key]) for key in sorted(tags)]
    return module.LakeformationResourceLfTags(scope, id, lf_tag=pairs, **target)
