from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, nested

# Parents of the names of all services: https://docs.aws.amazon.com/general/latest/gr/rande.html
_AWS: Final = re.compile(r"(?:(?:[a-z]{2}(?:-[a-z]+)+-\d\.)?(?:amazonaws\.com(?:\.cn)?|api\.aws)|on\.aws|aws|com)?")


class DnsForwardingRestricted(Rule):
    id = "LK_VPC_16"
    title = "DNS names of AWS are resolved by the VPC resolver"
    severity = "high"
    rationale = (
        "A rule that forwards all names, or those of AWS, lets another server answer where S3, Glue and STS are. So "
        "does a private hosted zone for `amazonaws.com`. Requests then go to any address, around endpoint policies."
    )
    remedy = (
        "Forward single domains of the company, and create private zones for single endpoints, such as "
        "`glue.eu-west-1.amazonaws.com`."
    )
    reference = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-rules-managing.html"
    pack = "baseline"
    controls = {"nist": ["SC-20", "SC-21", "AC-4"], "soc2": ["CC6.6"]}
    resources = ("aws_route53_resolver_rule", "aws_route53_zone")

    def problems(self, block: Block) -> Iterable[str]:
        is_rule = self.entity_type == "aws_route53_resolver_rule"
        name = "domain_name" if is_rule else "name"
        domain = block.get(name)
        if not isinstance(domain, str) or not _AWS.fullmatch(domain.lower().rstrip(".")):
            return
        if is_rule and block.get("rule_type") == "FORWARD":
            yield f"{name} is {domain}: names of AWS services are forwarded"
        elif not is_rule and nested(block, "vpc"):
            yield f"{name} is {domain}: the private zone answers for all AWS services"


check = DnsForwardingRestricted()
