from __future__ import annotations

import json
from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block

MOST = 500  # widgets of a dashboard (CloudWatch quotas)


class DashboardNoCustomWidgets(Rule):
    id = "LK_OPS_2"
    title = "Dashboards have no custom widgets"
    severity = "medium"
    rationale = (
        "A custom widget runs a Lambda function with the rights of whoever looks at the dashboard. A body that is no "
        "JSON is refused by CloudWatch, after the plan was approved."
    )
    remedy = "Use metric, alarm, log and text widgets (Dashboard does)."
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
                body = json.loads(body)
            except ValueError:
                yield "its body is no JSON"
                return
        widgets = body.get("widgets", []) if isinstance(body, dict) else []
        if len(widgets) > MOST:
            yield f"it has {len(widgets)} widgets; CloudWatch takes {MOST}"
        for widget in widgets:
            if widget.get("type") == "custom":
                yield f"{widget.get('properties', {}).get('title', 'a custom widget')} runs a function"


check = DashboardNoCustomWidgets()
