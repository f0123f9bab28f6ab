"""The one place that knows cdktf and its provider bindings by their own names.

    from lakekit.bindings import Construct, aws, cdktf, snowflake

    aws.s3_bucket.S3Bucket(scope, "Bucket", bucket="acme-dev-raw")

Everything else in the library takes them from here, so moving to the fork `cdktn` changes this room
alone. `aws` and `snowflake` load a submodule when it is first named, never the other two thousand;
what is synthesized is the same, byte for byte. `LAKEKIT_STOCK_BINDINGS=1` switches that off.
"""

from typing import TYPE_CHECKING

from lakekit.bindings import bytecode_cache, kernel, providers
from lakekit.bindings.errors import NodeUnavailableError, ProviderNotInstalledError, UnknownBindingError
from lakekit.bindings.provider_cache import warm_up

if TYPE_CHECKING:
    import cdktf_cdktf_provider_aws as aws
    import cdktf_cdktf_provider_snowflake as snowflake
else:
    if not providers.stock():
        bytecode_cache.install()
    aws = providers.install("cdktf_cdktf_provider_aws")
    snowflake = providers.install("cdktf_cdktf_provider_snowflake", extra="snowflake")

with kernel.started():
    import cdktf
    from constructs import Construct

__all__ = [
    "Construct",
    "NodeUnavailableError",
    "ProviderNotInstalledError",
    "UnknownBindingError",
    "aws",
    "cdktf",
    "snowflake",
    "warm_up",
]
