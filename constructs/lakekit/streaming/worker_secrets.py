"""Secrets Manager references in connector configurations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote

from lakekit.bindings import Construct, aws, cdktf
from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError
from lakekit.iam import Role, RoleReference, statement
from lakekit.streaming.broker_configuration import fingerprint, render

PROVIDER: Final = "secretsmanager"
# `${provider:path:key}`; path may be an ARN with its colons written as %3A (aws-samples/msk-config-providers).
_REFERENCE: Final = re.compile(r"\$\{([A-Za-z][\w-]*):([^:}?]*)[^}]*\}")


def referenced(scope: Construct, settings: Mapping[str, str]) -> list[str]:
    """Return the names or ARNs of referenced secrets, without duplicates.

    Raises:
        ConstructError: a reference to another config provider, or without the name of a secret.
    """
    secrets: dict[str, None] = {}
    for key, value in settings.items():
        for provider, path in _REFERENCE.findall(value):
            if provider != PROVIDER or not path:
                raise ConstructError(
                    scope,
                    f"configuration {key} refers to {provider}:{path}; workers resolve {PROVIDER} only",
                    fix=f"write ${{{PROVIDER}:name:key}}, with the name of a secret or its ARN with %3A for each colon",
                )
            secrets[unquote(path)] = None
    return list(secrets)


class WorkerSecrets(Construct):
    """Worker configuration with the Secrets Manager config provider, and the grants to read the secrets.

    The plugin contains the classes of the provider (MSK Connect, "Externalizing sensitive information"). A secret
    that is encrypted with a customer managed key also requires `kms:Decrypt` on that key.

    Args:
        scope: the connector.
        id: PascalCase id.
        name: the connector's name.
        role: execution role of the connector.
        secrets: names or ARNs of the secrets.

    Attributes:
        resource: the `aws_mskconnect_worker_configuration`.
    """

    def __init__(self, scope: Construct, id: str, *, name: str, role: Role | RoleReference, secrets: list[str]) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        names = environment.names
        arns = [names.secret_arn(secret) for secret in secrets]
        role.allow(statement("ReadSecrets", ["secretsmanager:GetSecretValue"], arns))
        text = render(
            {
                # Required by MSK Connect; connectors set their own converters.
                "key.converter": "org.apache.kafka.connect.storage.StringConverter",
                "value.converter": "org.apache.kafka.connect.json.JsonConverter",
                "config.providers": PROVIDER,
                f"config.providers.{PROVIDER}.class": (
                    "com.amazonaws.kafka.config.providers.SecretsManagerConfigProvider"
                ),
                f"config.providers.{PROVIDER}.param.region": environment.region,
            }
        )
        self.resource: Final = aws.mskconnect_worker_configuration.MskconnectWorkerConfiguration(
            self,
            "Configuration",
            # Worker configurations are immutable: changed content gets a new name.
            name=f"{name}-{fingerprint(text)}",
            description=f"Workers of {name}: references to Secrets Manager",
            properties_file_content=text,
            lifecycle=cdktf.TerraformResourceLifecycle(create_before_destroy=True),
        )
