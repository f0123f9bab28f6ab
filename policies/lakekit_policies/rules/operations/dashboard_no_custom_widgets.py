from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.shared.json_text import read_json_text
from lakekit_policies.terraform.blocks import Block

MAX_WIDGETS = 500  # CloudWatch quota per dashboard


class DashboardNoCustomWidgets(Rule):
    id = "LK_OPS_2"
    title = "Dashboards have no custom widgets"
    severity = "medium"
    rationale = (
        "A custom widget invokes a Lambda function with the permissions of the viewer. CloudWatch rejects a body "
        "that is not JSON at apply time."
    )
    remedy = "Use metric, alarm, log and text widgets (`Dashboard` does)."
    reference = (
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html"
    )
    pack = "baseline"
    controls = {"nist": ["AC-6", "CM-7"], "soc2": ["CC6.1"]}
    resources = ("aws_cloudwatch_dashboard",)

    def problems(self, block: Block) -> Iterable[str]:
        body = block.get("dashboard_body")
        if isinstance(body, str):
            if body.lstrip().startswith("${"):
                return
            try:
                body = read_json_text(body)
            except ValueError:
                yield "dashboard_body is not JSON"
                return
        widgets = body.get("widgets", []) if isinstance(body, dict) else []
        if len(widgets) > MAX_WIDGETS:
            yield f"dashboard_body has {len(widgets)} widgets; at most {MAX_WIDGETS} are allowed"
        for widget in widgets:
            if widget.get("type") == "custom":
                yield (
                    f"{widget.get('properties', {}).get('title', 'a custom widget')} is a custom widget, which "
                    "invokes a Lambda function"
                )


check = DashboardNoCustomWidgets()
