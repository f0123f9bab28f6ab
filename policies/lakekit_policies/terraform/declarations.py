"""What a configuration declares, read from a synthesized stack and from a plan alike.

Resources, data sources, provisioners, actions, module calls, providers, outputs, variables and local values. Values are
literals, or expressions (``${aws_kms_key.lake.arn}``) where only Terraform knows them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lakekit_policies.iam.policy_documents import has_policy_form, parse_or_text
from lakekit_policies.terraform import dynamic_blocks, hcl_expressions, plan_as_stack
from lakekit_policies.terraform.blocks import as_list
from lakekit_policies.terraform.computed_values import ComputedValue, computed_values
from lakekit_policies.terraform.constants import evaluated
from lakekit_policies.terraform.module_references import ModuleReferences
from lakekit_policies.terraform.plan_file import BUILT_IN, PlanFile
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

_REGISTRIES: Final = ("registry.terraform.io/", "registry.opentofu.org/")
_MODES: Final = {"resource": "managed", "data": "data", "ephemeral": "ephemeral"}


@dataclass(frozen=True, slots=True)
class Declaration:
    """A resource, data source or ephemeral resource; in a plan, one per instance."""

    address: str
    mode: str
    """``managed``, ``data`` or ``ephemeral``."""
    type: str
    arguments: Mapping[str, Any]
    provisioners: tuple[str, ...] = ()
    """Types of its provisioners: ``local-exec``, ``remote-exec``, ``file``."""
    expressions: Mapping[str, Any] = field(default_factory=dict)
    """In a plan, the expression of each argument."""
    left_out: Mapping[str, Any] = field(default_factory=dict)
    """Contents of dynamic blocks without instances, by block."""


@dataclass(frozen=True, slots=True)
class ModuleCall:
    """A ``module`` block."""

    address: str
    source: str


@dataclass(frozen=True, slots=True)
class Declarations:
    """Everything that one configuration declares.

    Attributes:
        providers: source of each provider (``hashicorp/aws``) to the place that requires it.
        actions: address of each ``action`` block (Terraform 1.14) to its type.
        values: outputs, variable defaults, local values, provider and backend settings by address.
        provider_settings: address and settings of each provider block.
        references: in a plan, its references through modules; None for a stack.
        computed: in a plan, values that AWS has given to resources, and to what data sources have read.
        generated: values that resources such as ``random_password`` have generated, as far as a plan shows them.
    """

    resources: tuple[Declaration, ...] = ()
    modules: tuple[ModuleCall, ...] = ()
    providers: Mapping[str, str] = field(default_factory=dict)
    actions: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    generated: frozenset[str] = frozenset()
    provider_settings: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    references: ModuleReferences | None = None
    computed: tuple[ComputedValue, ...] = ()

    @property
    def literals(self) -> dict[str, Any]:
        """Defaults of variables and local values of the root module by name (``var.x``, ``local.x``)."""
        if self.references is None:
            return {name: value for name, value in self.values.items() if name.startswith(("var.", "local."))}
        suffix = ".default"
        return {
            name.removesuffix(suffix): value
            for name, value in self.values.items()
            if name.startswith("var.") and name.endswith(suffix)
        }


_last: tuple[SynthesizedStack | PlanFile, Declarations] | None = None


def read(document: SynthesizedStack | PlanFile) -> Declarations:
    """The declarations of a stack or plan, cached for the rules that read the same document in sequence."""
    global _last  # noqa: PLW0603
    if _last is None or _last[0] is not document:
        found = _of_stack(document) if isinstance(document, SynthesizedStack) else _of_plan(document)
        _last = document, found
    return _last[1]


def provider_source(source: str) -> str:
    """A provider source without the host of a public registry: ``hashicorp/aws``."""
    for registry in _REGISTRIES:
        source = source.removeprefix(registry)
    return source


def _of_stack(stack: SynthesizedStack) -> Declarations:
    document = stack.configuration
    constants = stack.constants
    sources = {name: str(wanted.get("source") or f"hashicorp/{name}") for name, wanted in stack.required_providers}
    resources: list[Declaration] = []
    for block, kind, name, body in _blocks(document):
        head = "" if block == "resource" else f"{block}."
        expanded = dynamic_blocks.expanded(body, f"{head}{kind}.{name}", constants)
        arguments = {key: _resolved(value, constants) for key, value in expanded.items() if key != "//"}
        if iterated := [setting.get("for_each") for setting in _dynamic_settings(body)]:
            arguments["dynamic"] = [{"for_each": _resolved(value, constants)} for value in iterated]
        resources.append(
            Declaration(
                f"{head}{kind}.{name}",
                _MODES[block],
                kind,
                arguments,
                _provisioners(body),
                left_out=dynamic_blocks.left_out(body, constants),
            )
        )
        if kind.partition("_")[0] not in sources:
            sources[kind.partition("_")[0]] = _implied_source(kind)
    # Destroy-time provisioners of a resource that leaves the configuration.
    resources += [
        Declaration(f"removed.{body.get('from', '')}", "removed", "", {}, found)
        for body in as_list(document.get("removed"))
        if isinstance(body, Mapping) and (found := _provisioners(body))
    ]
    return Declarations(
        tuple(resources),
        tuple(ModuleCall(f"module.{name}", str(body.get("source", ""))) for name, body in _named(document, "module")),
        {provider_source(source): f"provider.{name}" for name, source in sources.items()},
        {f"action.{kind}.{name}": kind for kind, named in _named(document, "action") for name in named if name != "//"},
        {
            **{f"output.{name}": body.get("value") for name, body in _named(document, "output")},
            **{f"var.{name}": body.get("default") for name, body in _named(document, "variable")},
            **{
                f"local.{name}": value
                for part in as_list(document.get("locals"))
                if isinstance(part, Mapping)
                for name, value in part.items()
            },
            **{f"provider.{name}": body for name, body in _other_providers(stack)},
            **{f"terraform.backend.{kind}": settings for kind, settings in stack.backends.items()},
        },
        provider_settings=_provider_settings(stack),
    )


def _of_plan(plan: PlanFile) -> Declarations:
    stack, addresses = plan_as_stack.convert_plan(plan)
    configured = list(plan.configured())
    provisioners = {one.address: one.provisioners for one in configured}
    expressions = {one.address: one.expressions for one in configured}
    resources = []
    for block, kind, name, body in _blocks(stack.configuration):
        written = f"{'' if block == 'resource' else 'data.'}{kind}.{name}"
        address = addresses.get(written, written)
        declared = hcl_expressions.without_indexes(address)
        resources.append(
            Declaration(
                address,
                _MODES[block],
                kind,
                body,
                provisioners.get(declared, ()),
                expressions.get(declared, {}),
            )
        )
    # A resource without instances has no planned values, but its type and its provisioners are there.
    seen = {hcl_expressions.without_indexes(one.address) for one in resources}
    resources += [
        Declaration(one.address, one.mode, one.type, {}, one.provisioners)
        for one in configured
        if one.address not in seen
    ]
    providers = {
        provider_source(str(entry.get("full_name") or _implied_source(str(entry.get("name") or key)))): (
            f"provider.{entry.get('name') or key}"
        )
        for key, entry in plan.providers.items()
    }
    return Declarations(
        tuple(resources),
        tuple(ModuleCall(*call) for call in plan.module_calls()),
        providers,
        dict(plan.actions()),
        {**dict(plan.named_values()), **{f"provider.{name}": body for name, body in _other_providers(stack)}},
        frozenset(_generated(plan)),
        _provider_settings(stack),
        ModuleReferences(plan),
        tuple(computed_values(plan)),
    )


def _other_providers(stack: SynthesizedStack) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Provider blocks without rules for their credentials."""
    return ((name, body) for name, body in stack.provider_blocks() if name not in ("aws", "snowflake"))


def _provider_settings(stack: SynthesizedStack) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    return tuple(
        (f"provider.{name}.{body['alias']}" if body.get("alias") else f"provider.{name}", body)
        for name, body in stack.provider_blocks()
    )


def _generated(plan: PlanFile) -> Iterator[str]:
    for resource in plan.resources():
        if resource.type.startswith(("random_", "tls_")):
            yield from (value for value in resource.values.values() if isinstance(value, str) and len(value) > 7)


def _provisioners(body: Mapping[str, Any]) -> tuple[str, ...]:
    blocks = (one for one in as_list(body.get("provisioner")) if isinstance(one, Mapping))
    return tuple(kind for one in blocks for kind in one if kind != "//")


def _dynamic_settings(body: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for part in as_list(body.get("dynamic")):
        for settings in part.values() if isinstance(part, Mapping) else ():
            yield from (setting for setting in as_list(settings) if isinstance(setting, Mapping))


def _implied_source(name: str) -> str:
    """The source of a provider without ``required_providers``: Terraform looks in the namespace of HashiCorp."""
    provider = name.partition("_")[0]
    return BUILT_IN if provider == "terraform" else f"hashicorp/{provider}"


def _blocks(document: Mapping[str, Any]) -> Iterator[tuple[str, str, str, Mapping[str, Any]]]:
    """Kind of block, type, name and body, checks with data sources of their own included."""
    checks = [body for _, body in _named(document, "check")]
    for part in (document, *checks):
        for block in _MODES:
            for kind, named in _named(part, block):
                for name, body in named.items():
                    for one in as_list(body):
                        if isinstance(one, Mapping):
                            yield block, kind, name, one


def _named(document: Mapping[str, Any], block: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for part in as_list(document.get(block)):
        if isinstance(part, Mapping):
            for name, bodies in part.items():
                if name != "//":
                    yield from ((name, body) for body in as_list(bodies) if isinstance(body, Mapping))


def _resolved(value: Any, constants: Mapping[str, Any]) -> Any:
    """A value with its literal locals, variables and ``jsonencode`` inserted."""
    if isinstance(value, Mapping):
        if "dynamic" in value and dynamic_blocks.has_dynamic(value):
            value = dynamic_blocks.expanded(value, "dynamic", constants)
        return {name: _resolved(item, constants) for name, item in value.items() if name != "//"}
    if isinstance(value, list):
        return [_resolved(item, constants) for item in value]
    expression = hcl_expressions.whole(value) if isinstance(value, str) else None
    if expression is None:
        return value
    try:
        literal = hcl_expressions.json_of_jsonencode(expression)
    except hcl_expressions.NotLiteralError:
        literal = None
    if literal is not None and "${" not in literal:
        return literal
    found = evaluated(value, constants)
    if found is not None and (found.is_final or has_policy_form(parse_or_text(found.value))):
        return found.value
    return constants.get(expression, value) if literal is None else literal
