"""What a query reads and writes, with the permissions of the caller checked, and credentials for each table.

Sources: Athena User Guide, "Use Athena to query data registered with AWS Lake Formation" and "How Athena accesses data
registered with Lake Formation": Athena asks the catalog as the caller, and reads with credentials that Lake Formation
vends. Its own requests for them do not depend on the settings for engines outside of AWS.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from moto.sts.models import sts_backends

from lakekit_local.authorization.authorizer import authorize
from lakekit_local.authorization.denials import Denial
from lakekit_local.data_permissions import records as read
from lakekit_local.data_permissions.missing import Missing
from lakekit_local.data_permissions.principal import DataPrincipal
from lakekit_local.data_permissions.required import check_data_permissions
from lakekit_local.data_permissions.vending import vend
from lakekit_local.queries.engine import Keys, Source, Target
from lakekit_local.queries.errors import QueryError
from lakekit_local.queries.tables import QueryTable
from lakekit_local.requests.registry import Call


def source_of(call: Call, table: QueryTable) -> Source:
    """A table that the caller may read.

    Raises:
        QueryError: it does not exist, or the caller may not select from it.
    """
    stored = _readable(call, table)
    facts = read.find_table(call, table.database, table.name)
    metadata = (stored.get("Parameters") or {}).get("metadata_location")
    if facts is None or not metadata:
        raise QueryError(f"NOT_SUPPORTED: the local cloud queries Iceberg tables only; {table.name} is not one")
    columns = facts.columns
    if call.identity.is_root:
        access = read.full_access(facts)
    else:
        access = DataPrincipal(call, call.identity).on_table(facts)
        if not access.selectable:
            _refuse(call, Missing("SELECT", _arn(call, table)).denial(call))
    return Source(table, metadata, _vended(call, stored, metadata, write=False), access, columns)


def target_of(call: Call, table: QueryTable) -> Target:
    """A table that the caller may insert into.

    Raises:
        QueryError: it does not exist, or the caller may not insert into it.
    """
    stored = _readable(call, table)
    facts = read.find_table(call, table.database, table.name)
    if facts is not None and not call.identity.is_root:
        principal = DataPrincipal(call, call.identity)
        if "INSERT" not in principal.on_table(facts).permissions:
            missing = Missing("INSERT", _arn(call, table), partial=principal.why_not(facts, "INSERT"))
            _refuse(call, missing.denial(call))
    metadata = str((stored.get("Parameters") or {}).get("metadata_location", ""))
    return Target(table, _vended(call, stored, metadata, write=True), caller_of(call))


def _readable(call: Call, table: QueryTable) -> dict[str, Any]:
    """The catalog entry of a table, if IAM and Lake Formation let the caller read it."""
    asked = replace(call, service="glue", operation="GetTable")
    asked.params = {"DatabaseName": table.database, "Name": table.name}
    _check(call, asked)
    # Without an entry of the catalog there is nothing to check further.
    stored = read.stored_table(call, table.database, table.name)
    if stored is None:
        raise QueryError(f"TABLE_NOT_FOUND: Table 'awsdatacatalog.{table.database}.{table.name}' does not exist")
    return stored


def _vended(call: Call, stored: dict[str, Any], metadata: str, *, write: bool) -> Keys:
    """Credentials for the files of a table: vended for registered locations, those of the caller for others."""
    location = str(stored["StorageDescriptor"]["Location"])
    asked = replace(call, service="lakeformation", operation="GetTemporaryGlueTableCredentials")
    asked.params = {}
    if not read.is_registered(call, location):
        return caller_of(call)
    _check(call, asked, data=False)
    # The first metadata file of a table can be outside of its location.
    outside = [] if metadata.startswith(f"{location.rstrip('/')}/") else [metadata.rpartition("/")[0]]
    made = vend(call, [location, *(one for one in outside if one)], write=write)
    return Keys(made.access_key_id, made.secret_access_key, made.session_token)


def _check(call: Call, asked: Call, *, data: bool = True) -> None:
    denial = authorize(asked, call.identity).denial or (check_data_permissions(asked) if data else None)
    if denial is not None:
        _refuse(call, denial)


def _refuse(call: Call, denial: Denial) -> None:
    call.denials.append(denial)
    raise QueryError(f"AccessDeniedException: {denial.message}")


def caller_of(call: Call) -> Keys:
    """The credentials of the caller, with which Athena reads the catalog and writes results."""
    for role in reversed(sts_backends[call.account][call.partition].assumed_roles):
        if role.access_key_id == call.access_key:
            return Keys(role.access_key_id, role.secret_access_key, role.session_token)
    return Keys(call.access_key, "unused")


def _arn(call: Call, table: QueryTable) -> str:
    return call.arn(f"table/{table.database}/{table.name}", service="glue")
