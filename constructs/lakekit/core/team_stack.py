"""Stacks of one team: a domain and a data product are required."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lakekit.bindings import cdktf
from lakekit.core.stack import LakehouseStack
from lakekit.environment import Environment
from lakekit.errors import LakekitError

if TYPE_CHECKING:
    from lakekit.core.app import LakehouseApp


class TeamStack(LakehouseStack):
    """A stack of a domain team, with its data products on the platform of one environment.

    It is deployed after every platform stack of the same environment in the same app. In a separate repository it
    needs only the environment file, since every name is derived from it.

    Args:
        app: the LakehouseApp.
        environment: the environment that it belongs to.
        name: kebab-case name, such as `sales`.
        owner: mail address of the team.
        domain: business domain, one of governance.domains; the name of the stack by default.
        cost_center: cost center; the environment's by default.
        data_product: data product, for the tag `data-product`; the name of the stack by default.
        classification: classification of the most confidential data that the resources store or transfer; the most
            confidential one of the zones by default.

    Raises:
        LakekitError: the environment does not have the domain or the classification, or the data product is not a
            kebab-case name.
    """

    def __init__(
        self,
        app: LakehouseApp | cdktf.App,
        environment: Environment,
        name: str,
        *,
        owner: str,
        domain: str | None = None,
        cost_center: str | None = None,
        data_product: str | None = None,
        classification: str | None = None,
    ) -> None:
        self.domain: Final = domain or name
        if self.domain not in environment.governance.domains:
            raise LakekitError(
                f"{self.domain!r} is not a domain of {environment.name}: {', '.join(environment.governance.domains)}",
                where=environment.names.stack(name),
                fix=f"add it to governance.domains in {environment.name}.yaml, or pass domain=",
            )
        super().__init__(
            app,
            environment,
            name,
            owner=owner,
            cost_center=cost_center,
            domain=self.domain,
            data_product=data_product or name,
            classification=classification,
        )
        for other in app.node.children:
            if (
                isinstance(other, LakehouseStack)
                and not isinstance(other, TeamStack)
                and other.environment is environment
            ):
                self.add_dependency(other)
