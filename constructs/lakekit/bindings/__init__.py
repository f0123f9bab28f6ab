"""cdktf, its provider bindings and everything that depends on jsii.

    from lakekit.bindings import Construct, aws, cdktf, snowflake

    aws.s3_bucket.S3Bucket(scope, "Bucket", bucket="acme-dev-raw")

The library imports them from here only, so a move to the fork `cdktn` changes this package alone. `aws` and
`snowflake` import a submodule when it is first used, never the other two thousand. The synthesized JSON is the same,
byte for byte. `LAKEKIT_STOCK_BINDINGS=1` switches every hook into jsii off (see `hooks`).
"""

from typing import TYPE_CHECKING

from lakekit.bindings import kernel

kernel.start_early()

# isort: split
# Node starts while the modules below are imported.
# ruff: noqa: E402
from lakekit.bindings import (
    assignments,
    attributes,
    batches,
    bytecode_cache,
    constants,
    messages,
    providers,
    signatures,
    type_errors,
)
from lakekit.bindings.cache import warm_up
from lakekit.bindings.callers import ends_program
from lakekit.bindings.creation import on_create
from lakekit.bindings.errors import NodeUnavailableError, ProviderNotInstalledError, UnknownBindingError
from lakekit.bindings.open_channels import known as known_channels
from lakekit.bindings.providers import load_ahead

if TYPE_CHECKING:
    # Stubs (see `stubs`): a type checker that follows the provider's package reads all of its submodules.
    from lakekit.bindings import aws, snowflake
else:
    bytecode_cache.install()
    aws = providers.install("cdktf_cdktf_provider_aws")
    snowflake = providers.install("cdktf_cdktf_provider_snowflake", extra="snowflake")

with kernel.start():
    batches.install()
    messages.install()
    assignments.install()
    attributes.install()
    constants.install()
    type_errors.install()
    import cdktf
    from constructs import Construct

signatures.install(type(Construct))

__all__ = [
    "Construct",
    "NodeUnavailableError",
    "ProviderNotInstalledError",
    "UnknownBindingError",
    "aws",
    "cdktf",
    "ends_program",
    "known_channels",
    "load_ahead",
    "on_create",
    "snowflake",
    "warm_up",
]
