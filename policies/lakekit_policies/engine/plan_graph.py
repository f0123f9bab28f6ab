"""The definitions and the resource graph of a plan, as checkov's checks expect them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from checkov.common.graph.db_connectors.rustworkx.rustworkx_db_connector import RustworkxConnector
from checkov.common.graph.graph_builder import CustomAttributes
from checkov.common.util.data_structures_utils import pickle_deepcopy
from checkov.terraform import plan_parser
from checkov.terraform.graph_builder.graph_components.module import Module
from checkov.terraform.graph_builder.local_graph import TerraformLocalGraph

from lakekit_policies.errors import GateError
from lakekit_policies.iam import policy_documents
from lakekit_policies.terraform import written_values
from lakekit_policies.terraform.plan_file import PlanFile

_SOURCE: Final = "Terraform"


def definitions(document: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The definitions of ``plan_parser.parse_tf_plan``, with a look-up instead of a search."""
    plan = written_values.without_unset(PlanFile(document))
    root, configuration = plan.planned_module, plan.configured_module
    changes = plan_parser._get_resource_changes(dict(document))
    settings = {(r["mode"], r["type"], r["name"]): r for r in configuration.get("resources", [])}
    found: dict[str, list[dict[str, Any]]] = {
        "provider": plan_parser._get_providers(dict(document)),
        "resource": [],
        "data": [],
    }
    for resource in root.get("resources", []):
        block, kind, prepared = plan_parser._prepare_resource_block(
            resource=resource,
            conf=settings.get((resource["mode"], resource["type"], resource["name"])),
            resource_changes=changes,
        )
        if prepared:
            _normalize_policies(block)
            found[kind].append(block)
    modules = plan_parser._find_child_modules(
        child_modules=root.get("child_modules", []), resource_changes=changes, root_module_conf=dict(configuration)
    )
    for kind, blocks in modules.items():
        for block in blocks:
            _normalize_policies(block)
        found[kind] += blocks
    return found


def _normalize_policies(block: dict[str, Any]) -> None:
    """Normalize the policy documents of a block for checkov's checks."""
    for named in block.values():
        for body in named.values() if isinstance(named, dict) else ():
            for attribute, value in body.items() if isinstance(body, dict) else ():
                if (
                    isinstance(value, list)
                    and len(value) == 1
                    and isinstance(value[0], dict)
                    and "Statement" in value[0]
                ):
                    body[attribute] = [policy_documents.normalize(value[0])]


def entities(blocks: list[dict[str, Any]], registry: Any) -> Iterator[tuple[str, str, dict[str, Any], str]]:
    for block in blocks:
        type_, name, conf = registry.extract_entity_details(block)
        address = conf.get(CustomAttributes.TF_RESOURCE_ADDRESS) if isinstance(conf, dict) else None
        if not isinstance(address, str):
            raise GateError("engine_lost_resource", f"checkov gave {type_}.{name} no address")
        yield type_, name, conf, address


def graph(definitions: dict[str, list[dict[str, Any]]], label: str, addresses: frozenset[str]) -> Any:
    module = Module(source_dir="", external_modules_source_map={})
    module.temp_tf_definition = {label: definitions}  # type: ignore[dict-item]  # plans go by file name
    for kind, blocks in definitions.items():
        # The graph builder writes into the blocks; the checks must see them as they were. It copies resources itself.
        module.add_blocks(kind, blocks if kind == "resource" else pickle_deepcopy(blocks), label, _SOURCE)
    local = TerraformLocalGraph(module)
    local.build_graph(render_variables=False)
    seen = {
        vertex.attributes.get(CustomAttributes.TF_RESOURCE_ADDRESS)
        for vertex in local.vertices
        if vertex.block_type in ("resource", "data")
    }
    if lost := addresses - seen:
        raise GateError("engine_lost_resource", f"checkov's graph lacks {', '.join(sorted(lost)[:5])}")
    return RustworkxConnector().save_graph(local)
