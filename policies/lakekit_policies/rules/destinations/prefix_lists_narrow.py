from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from lakekit_policies.rule import DeclarationRule, Problem
from lakekit_policies.rules._shared.public_ranges import internet_share
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import as_list, reference
from lakekit_policies.terraform.declarations import Declaration, Declarations

_LIST: Final = "aws_ec2_managed_prefix_list"
_SOURCES: Final = ("prefix_list_id", "prefix_list_ids")


class PrefixListsNarrow(DeclarationRule):
    id = "LK_DEST_6"
    title = "Prefix lists do not add up to the internet"
    severity = "critical"
    rationale = (
        "Security groups and routes refer to a prefix list by its id: 0.0.0.0/1 and 128.0.0.0/1 in it open a group to "
        "the internet, and no rule of the group shows it. The entries of a list that is named by its id are not known."
    )
    remedy = (
        "Refer to a list of the configuration, or to a data source. List private ranges, or the public ranges of the "
        "company in `trust_boundary.networks`."
    )
    reference = "https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html"
    pack = "baseline"
    controls = {"nist": ["AC-17", "SC-7"], "soc2": ["CC6.6"]}

    def declared_problems(self, declared: Declarations) -> Iterable[Problem]:
        entries: dict[str, list[str]] = {}
        for resource in declared.resources:
            if resource.type == _LIST:
                key = resource.address
                blocks = _blocks(resource.arguments, "entry")
            elif resource.type == f"{_LIST}_entry":
                named = str(resource.arguments.get("prefix_list_id", ""))
                key, blocks = reference(named) or named or resource.address, [resource.arguments]
            else:
                continue
            entries.setdefault(key, []).extend(str(one.get("cidr", "")) for one in blocks)
        for key, ranges in entries.items():
            if share := internet_share(ranges):
                yield Problem(key, f"the entries add up to {share}")
        known = {str(one.arguments.get("id")) for one in declared.resources if one.type == _LIST}
        strict = stack_context.current().at_least("staging")
        for resource in declared.resources:
            for named in dict.fromkeys(_opened(resource)):
                if named.startswith("pl-") and named not in known and not _is_read(resource, declared):
                    message = f"the entries of {named} are not known"
                    yield Problem(resource.address, message, warning=not strict)


def _opened(resource: Declaration) -> Iterator[str]:
    """Prefix lists that a resource admits as a source, or routes to an internet gateway."""
    arguments = resource.arguments
    if resource.type in ("aws_security_group", "aws_default_security_group"):
        sources = _blocks(arguments, "ingress")
    elif resource.type == "aws_vpc_security_group_ingress_rule" or (
        resource.type == "aws_security_group_rule" and arguments.get("type") == "ingress"
    ):
        sources = [arguments]
    else:
        sources = []
    for block in sources:
        yield from (str(one) for name in _SOURCES for one in as_list(block.get(name)))
    routes = [arguments] if resource.type == "aws_route" else []
    if resource.type in ("aws_route_table", "aws_default_route_table"):
        routes = _blocks(arguments, "route")
    for block in routes:
        gateway = str(block.get("gateway_id") or "")
        if (reference(gateway) or gateway).startswith(("igw-", "aws_internet_gateway.")):
            yield str(block.get("destination_prefix_list_id"))


def _is_read(resource: Declaration, declared: Declarations) -> bool:
    """Whether the id is an expression of a list of the configuration, or of a list of AWS (`aws_prefix_list`)."""
    if declared.references is None:
        return False
    stated = tuple(_references(resource.expressions))
    origins = declared.references.origins(stated, resource.address).resources if stated else ()
    return any(f".{kind}." in f".{one}" for one in origins for kind in (_LIST, "aws_prefix_list"))


def _references(expression: object) -> Iterator[str]:
    if isinstance(expression, Mapping):
        for key, part in expression.items():
            yield from map(str, part) if key == "references" and isinstance(part, list) else _references(part)
    elif isinstance(expression, list):
        for part in expression:
            yield from _references(part)


def _blocks(arguments: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    return [one for one in as_list(arguments.get(name)) if isinstance(one, dict)]


check = PrefixListsNarrow()
