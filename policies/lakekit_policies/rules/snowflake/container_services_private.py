from __future__ import annotations

import re
from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_values import as_number, display
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, as_list, nested

PUBLIC = re.compile(r"""["']?public["']?\s*:\s*["']?(?:true|yes|on)\b""", re.IGNORECASE)
MAX_NODES = 4


class ContainerServicesPrivate(Rule):
    id = "LK_SF_47"
    title = "Container services, apps and notebooks have no public endpoint, no external access, and limits"
    severity = "high"
    rationale = (
        "A service runs code next to the data. A public endpoint serves it to the internet, an external access "
        "integration lets it send data out, and a compute pool without suspension is billed continuously."
    )
    remedy = (
        "Remove `public: true` and external access integrations, read the specification from the configuration, and "
        "set `auto_suspend_secs` of at most 3600 and at most 4 nodes."
    )
    reference = "https://docs.snowflake.com/en/developer-guide/snowpark-container-services/specification-reference"
    pack = "snowflake"
    controls = {"nist": ["SC-7", "AC-4"], "soc2": ["CC6.6", "CC6.7"]}
    resources = (
        "snowflake_compute_pool",
        "snowflake_job_service",
        "snowflake_notebook",
        "snowflake_service",
        "snowflake_streamlit",
    )

    def problems(self, block: Block) -> Iterable[str]:
        for integration in as_list(block.get("external_access_integrations")):
            yield f"external_access_integrations has {integration}; the code can send data to its hosts"
        for name in ("from_specification", "from_specification_template"):
            for specification in nested(block, name):
                text = str(specification.get("text") or "")
                if PUBLIC.search(text):
                    yield f"{name} has a public endpoint"
                if not text:
                    yield f"{name} is read from a stage, where it cannot be evaluated; set text"
        if self.entity_type == "snowflake_compute_pool":
            idle = as_number(block.get("auto_suspend_secs"))
            if idle is not None and not 1 <= idle <= 3600:
                yield f"auto_suspend_secs is {display(block.get('auto_suspend_secs'))}; 1 to 3600 are allowed"
            if not stack_context.current().is_prod and (as_number(block.get("max_nodes")) or 1) > MAX_NODES:
                yield f"max_nodes is {display(block.get('max_nodes'))}; at most {MAX_NODES} are allowed below prod"


check = ContainerServicesPrivate()
