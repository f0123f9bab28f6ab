"""Encryption settings of the Glue Data Catalog."""

from __future__ import annotations

from typing import Final

from lakekit.bindings import Construct, aws
from lakekit.core.account_owner import require_owner_of_account
from lakekit.governance.catalog_grants import CATALOG_KEY
from lakekit.storage.encryption_key import EncryptionKey


class CatalogSettings(Construct):
    """Encrypts metadata and connection passwords of the Glue Data Catalog with a customer managed key.

    One per account and region; it applies to all databases, also to those created elsewhere.

    Args:
        scope: the parent construct.
        id: PascalCase id.

    Attributes:
        key: the EncryptionKey of the catalog.
        resource: the `aws_glue_data_catalog_encryption_settings`.
    """

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        environment = require_owner_of_account(self)
        self.key: Final = EncryptionKey(
            self,
            "Key",
            name=CATALOG_KEY,
            description=f"Encrypts the Glue Data Catalog of {environment.names.prefix}",
        )
        module = aws.glue_data_catalog_encryption_settings
        prefix = "GlueDataCatalogEncryptionSettingsDataCatalogEncryptionSettings"
        settings = getattr(module, prefix)(
            connection_password_encryption=getattr(module, f"{prefix}ConnectionPasswordEncryption")(
                return_connection_password_encrypted=True, aws_kms_key_id=self.key.arn
            ),
            encryption_at_rest=getattr(module, f"{prefix}EncryptionAtRest")(
                catalog_encryption_mode="SSE-KMS", sse_aws_kms_key_id=self.key.arn
            ),
        )
        self.resource: Final = module.GlueDataCatalogEncryptionSettings(
            self, "Encryption", data_catalog_encryption_settings=settings
        )
