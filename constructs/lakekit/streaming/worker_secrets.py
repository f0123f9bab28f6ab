"""Secrets of a connector: named in its configuration, read by its workers, kept in Secrets Manager."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote

from lakekit.bindings import Construct, aws, cdktf
from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError
from lakekit.iam import Role, RoleReference, statement
from lakekit.streaming.broker_configuration import fingerprint, render

PROVIDER: Final = "secretsmanager"
# `${provider:where:key}`; where may be an ARN, its colons written as %3A (aws-samples/msk-config-providers).
_REFERENCE: Final = re.compile(r"\$\{([A-Za-z][\w-]*):([^:}?]*)[^}]*\}")


def referenced(scope: Construct, settings: Mapping[str, str]) -> list[str]:
    """The secrets that settings refer to, by name or ARN, each once.

    Raises:
        ConstructError: a reference to another provider, which workers do not know, or to no secret.
    """
    secrets: dict[str, None] = {}
    for key, value in settings.items():
        for provider, where in _REFERENCE.findall(value):
            if provider != PROVIDER or not where:
                raise ConstructError(
                    scope,
                    f"configuration {key} refers to {provider}:{where}; workers resolve {PROVIDER} alone",
                    fix=f"write ${{{PROVIDER}:name:key}}, with the name of a secret or its ARN with %3A for each colon",
                )
            secrets[unquote(where)] = None
    return list(secrets)


class WorkerSecrets(Construct):
    """A worker configuration by which references to Secrets Manager are resolved, and the right to read them.

    The classes of the provider come with the plugin (MSK Connect, "Externalizing sensitive information"). A secret
    under a KMS key of yours takes `kms:Decrypt` on that key besides.

    Args:
        scope: the connector.
        id: PascalCase id.
        name: the connector's name.
        role: whom it works as.
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
                # Both are asked for; connectors name converters of their own.
                "key.converter": "org.apache.kafka.connect.storage.StringConverter",
                "value.converter": "org.apache.kafka.connect.json.JsonConverter",
                "config.providers": PROVIDER,
                f"config.providers.{PROVIDER}.class": (
                    "com.amazonaws.kafka.config.providers.SecretsManagerConfigProvider"
                ),
                f"config.providers.{PROVIDER}.param.region": environment.region,
            }
        )
        self.resource: Final[Any] = aws.mskconnect_worker_configuration.MskconnectWorkerConfiguration(
            self,
            "Configuration",
            # It cannot be changed, so another content is another name.
            name=f"{name}-{fingerprint(text)}",
            description=f"Workers of {name}: references to Secrets Manager",
            properties_file_content=text,
            lifecycle=cdktf.TerraformResourceLifecycle(create_before_destroy=True),
        )
