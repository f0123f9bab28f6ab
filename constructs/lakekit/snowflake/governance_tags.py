"""Governance tags in Snowflake, and tag-based masking policies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from lakekit.bindings import Construct, snowflake
from lakekit.environment import Environment
from lakekit.snowflake.database import SnowflakeDatabase, stateful_lifecycle
from lakekit.snowflake.masking import MASKS, clearances, policy_name
from lakekit.snowflake.names import SnowflakeNames, quoted
from lakekit.snowflake.policy_data import MaskingPolicies
from lakekit.snowflake.resources import address_of, create_resource, needs_governance, snowflake_stack_of

DATABASE: Final = "governance"
SCHEMA: Final = "ACCESS"


def tag_id(names: SnowflakeNames, key: str) -> str:
    """The fully qualified name of a tag, a literal, in any stack of the environment."""
    return quoted(names.database(DATABASE), SCHEMA, key.upper())


def allowed_tag_values(environment: Environment) -> Mapping[str, Sequence[str]]:
    """Tag key to its allowed values, the same as those of the LF-tags."""
    return {
        "zone": tuple(environment.lake.zones),
        "domain": environment.governance.domains,
        "classification": environment.governance.classifications,
    }


class GovernanceTags(Construct):
    """Tags `ZONE`, `DOMAIN` and `CLASSIFICATION`, and on the last one a masking policy for each data type.

    A column shows its values to roles whose filters in the environment file cover its three tags, its own or those it
    inherits from table, schema and database; other roles see the mask. A new table is masked by the classification of
    its schema from the start.

    Args:
        scope: the parent construct.
        id: PascalCase id.

    Attributes:
        database: the SnowflakeDatabase of the tags.
        schema: the `snowflake_schema` of the tags.
        tags: `snowflake_tag` by key.
        policies: `snowflake_masking_policy` by data type.

    Raises:
        ConstructError: the account is of Standard edition.
    """

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        needs_governance(self, "tags and masking policies")
        stack = snowflake_stack_of(self)
        environment, names = stack.environment, stack.snowflake_names
        self.database: Final = SnowflakeDatabase(
            self, "Database", name=DATABASE, comment=f"Tags and policies of access of {names.prefix}"
        )
        self.schema: Final = create_resource(
            self,
            "Schema",
            snowflake.schema.Schema,
            depends_on=[self.database.resource],
            database=self.database.name,
            name=SCHEMA,
            comment="Made by code alone; nobody is granted anything here",
            with_managed_access="true",
            is_transient="false",
            lifecycle=stateful_lifecycle(self),
        )
        self.policies: Final[dict[str, snowflake.masking_policy.MaskingPolicy]] = {}
        data = MaskingPolicies("VAL", clearances(environment, names), {})
        for data_type, mask in MASKS.items():
            module = snowflake.masking_policy
            self.policies[data_type] = create_resource(
                self,
                f"Mask{data_type.title().replace('_', '')}",
                module.MaskingPolicy,
                depends_on=[self.schema],
                database=self.database.name,
                schema=SCHEMA,
                name=policy_name(data_type),
                argument=[module.MaskingPolicyArgument(name=data.argument, type=data_type)],
                return_data_type=data_type,
                body=data.body(mask),
                comment="Shows values to roles whose filters cover the column's tags",
            )
        masks = {address_of(policy): MASKS[data_type] for data_type, policy in self.policies.items()}
        stack.record_policy(replace(data, masks=masks))
        self.tags: Final[dict[str, snowflake.tag.Tag]] = {}
        for key, values in allowed_tag_values(environment).items():
            masked = list(self.policies.values()) if key == "classification" else []
            self.tags[key] = create_resource(
                self,
                f"{key.capitalize()}Tag",
                snowflake.tag.Tag,
                depends_on=[self.schema, *masked],
                database=self.database.name,
                schema=SCHEMA,
                name=key.upper(),
                allowed_values=sorted(values),
                comment=f"The {key} of what is in it",
                masking_policies=[quoted(self.database.name, SCHEMA, policy_name(one)) for one in MASKS]
                if masked
                else None,
            )


def tag_objects(
    scope: Construct,
    id: str,
    *,
    key: str,
    value: str,
    kind: str,
    objects: Sequence[str],
    depends_on: Sequence[Construct] = (),
) -> snowflake.tag_association.TagAssociation:
    """Set a tag to one value on objects of one kind, with one resource for all of them.

    Args:
        scope: the parent construct.
        id: PascalCase id.
        key: `zone`, `domain` or `classification`.
        value: one of the environment's values.
        kind: `DATABASE`, `SCHEMA`, `ICEBERG TABLE`, `COLUMN`, …
        objects: fully qualified names.
        depends_on: resources that are created first.
    """
    return create_resource(
        scope,
        id,
        snowflake.tag_association.TagAssociation,
        depends_on=depends_on,
        tag_id=tag_id(snowflake_stack_of(scope).snowflake_names, key),
        tag_value=value,
        object_type=kind,
        object_identifiers=sorted(objects),
        # Waits until the tag is visible on the object, so that no table is readable before it is masked.
        skip_validation=False,
    )
