"""Environment variables of a process that may call the local cloud only."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

_ACCOUNT = re.compile(r"\d{12}")
ROOT_SECRET = "lakekit-local"  # noqa: S105  of no account
"""Secret access key of the root user of each account, whose access key is the account id."""


def local_variables(endpoint: str, empty_config: Path, account_id: str, region: str) -> dict[str, str]:
    """Return variables that send every AWS call to ``endpoint``.

    The Terraform configuration is the same as for AWS. Host-prefixed names (``api.`` of MWAA, the account id of
    S3 Control) are not loopback addresses, so clients send them to the proxy, which is the same server. The access
    key is the account id; configuration and credential files are empty, so that no real account can be reached.
    """
    if not _ACCOUNT.fullmatch(account_id):
        raise ValueError(f"account_id must have 12 digits, got {account_id!r}")
    empty = str(empty_config)
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "HTTP_PROXY": endpoint,
        "http_proxy": endpoint,
        # Must be empty: an entry of the calling shell (".amazonaws.com", or "127.0.0.1", which Python matches as a
        # suffix) would send host-prefixed names past the proxy.
        "NO_PROXY": "",
        "no_proxy": "",
        "AWS_ACCESS_KEY_ID": account_id,
        "AWS_SECRET_ACCESS_KEY": ROOT_SECRET,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": empty,
        "AWS_SHARED_CREDENTIALS_FILE": empty,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
    }


def isolated(variables: Mapping[str, str], environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a child process: that of the caller without its AWS settings, plus ``variables``.

    A profile, session token, role or per-service endpoint of the calling shell would otherwise take precedence.
    """
    inherited = os.environ if environ is None else environ
    kept = {name: value for name, value in inherited.items() if not name.startswith("AWS_") or name == "AWS_CA_BUNDLE"}
    return {**kept, **variables}
