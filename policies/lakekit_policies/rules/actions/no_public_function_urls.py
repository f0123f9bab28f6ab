from __future__ import annotations

from collections.abc import Iterable, Mapping

from lakekit_policies.rules._shared.allowed_actions import ActionRule, OutsideAction
from lakekit_policies.terraform.blocks import as_list
from lakekit_policies.terraform.declarations import Declaration, Declarations


class NoPublicFunctionUrls(ActionRule):
    id = "LK_ACT_9"
    title = "Function URLs and APIs require a signature"
    severity = "critical"
    rationale = (
        "A function URL without authentication lets everybody on the internet run the function with its role. So does "
        "a method of an API without an authorizer."
    )
    remedy = (
        'Set `authorization_type = "AWS_IAM"`. To keep it public, allow the kind in `trust_boundary.allowed_actions` '
        "of the environment file, with a reason."
    )
    reference = "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "AC-14", "SC-7"], "soc2": ["CC6.1", "CC6.6"]}

    def actions(self, declared: Declarations) -> Iterable[OutsideAction]:
        for resource in declared.resources:
            authorization = str(resource.arguments.get("authorization_type", "NONE"))
            if resource.type == "aws_lambda_function_url" and authorization != "AWS_IAM":
                yield OutsideAction(
                    resource.address, "public_function_url", f"the URL has authorization_type {authorization}"
                )
            elif resource.type == "aws_lambda_function_url" and _accepts_any_site(resource):
                yield OutsideAction(
                    resource.address, "public_function_url", "the URL accepts credentials from every origin"
                )
            elif (
                resource.type == "aws_lambda_permission"
                and str(resource.arguments.get("function_url_auth_type", "")) == "NONE"
            ):
                yield OutsideAction(
                    resource.address, "public_function_url", "the permission is for a URL without authentication"
                )
            elif (
                resource.type in ("aws_api_gateway_method", "aws_apigatewayv2_route")
                and str(resource.arguments.get("authorization", authorization)) == "NONE"
                and not resource.arguments.get("api_key_required")
                and str(resource.arguments.get("http_method", "")) != "OPTIONS"
            ):
                yield OutsideAction(resource.address, "public_api", "the route has no authorization")


def _accepts_any_site(resource: Declaration) -> bool:
    """Whether any website may call a URL with the credentials of its visitors."""
    return any(
        cors.get("allow_credentials") is True
        and any("*" in str(origin) for origin in as_list(cors.get("allow_origins")))
        for cors in as_list(resource.arguments.get("cors"))
        if isinstance(cors, Mapping)
    )


check = NoPublicFunctionUrls()
