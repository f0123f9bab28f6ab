from __future__ import annotations

from collections.abc import Iterable, Iterator

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.glue_connections import CREDENTIALS, URL, credentials
from lakekit_policies.shared.java_values import parse_boolean, trim
from lakekit_policies.terraform.blocks import Block, mapping


class ConnectionUsesSecretsManager(Rule):
    id = "LK_GLUE_11"
    title = "Glue connections read credentials from Secrets Manager and require TLS"
    severity = "critical"
    rationale = (
        "A password in the connection properties is stored in the state in plaintext and cannot be rotated without a "
        "deployment."
    )
    remedy = (
        "Set `SECRET_ID` and `JDBC_ENFORCE_SSL`, and leave `KAFKA_SSL_ENABLED` and the validation of certificates on. "
        "Do not set `USERNAME` or `PASSWORD`, or put credentials in the URL."
    )
    reference = "https://docs.aws.amazon.com/glue/latest/dg/connection-properties-secrets-manager.html"
    pack = "baseline"
    controls = {"nist": ["IA-5(7)", "SC-8"], "soc2": ["CC6.1", "CC6.7"]}
    resources = ("aws_glue_connection",)

    def problems(self, block: Block) -> Iterable[str]:
        written = mapping(block, "connection_properties")
        properties = {key.upper(): value for key, value in written.items()}
        found = {key.upper() for key in credentials(written)}
        for name in CREDENTIALS:
            if name in found:
                yield f"connection property {name} is set; use SECRET_ID"
        yield from _tls_problems({name: str(value) for name, value in properties.items()})
        if URL not in properties:
            return
        if URL in found:
            yield f"{URL} contains a password"
        if "SECRET_ID" not in properties:
            yield "SECRET_ID is not set"
        if not parse_boolean(str(properties.get("JDBC_ENFORCE_SSL"))):
            yield "JDBC_ENFORCE_SSL is not true"


def _tls_problems(properties: dict[str, str]) -> Iterator[str]:
    if not parse_boolean(properties.get("KAFKA_SSL_ENABLED", "true")):
        yield "KAFKA_SSL_ENABLED is not true"
    for name in ("KAFKA_SKIP_CUSTOM_CERT_VALIDATION", "SKIP_CUSTOM_JDBC_CERT_VALIDATION"):
        if trim(properties.get(name, "false")).lower() != "false":
            yield f"{name} is not false; certificates are not verified"


check = ConnectionUsesSecretsManager()
