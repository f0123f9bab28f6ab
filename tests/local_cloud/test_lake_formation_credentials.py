"""Tests of the credentials that Lake Formation vends: to whom, and what they give access to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from data_lake import DataLake, data_lake
from local_cloud_helpers import ACCOUNT, REGION, session_of

Client = Callable[..., Any]
ENGINE = [{"Key": "LakeFormationAuthorizedCaller", "Value": "engine1"}]


@pytest.fixture
def lake(client: Client, unique: str, bucket: str) -> Iterator[DataLake]:
    with data_lake(client, unique, bucket) as made:
        for key in ("curated/orders/data.parquet", "curated/other/data.parquet"):
            client("s3").put_object(Bucket=bucket, Key=key, Body=b"rows")
        yield made


def allow_whole_tables(lake: DataLake) -> None:
    lake.client("lakeformation").put_data_lake_settings(DataLakeSettings={"AllowFullTableExternalDataAccess": True})


def allow_filtering(lake: DataLake) -> None:
    lake.client("lakeformation").put_data_lake_settings(
        DataLakeSettings={
            "AllowExternalDataFiltering": True,
            "ExternalDataFilteringAllowList": [{"DataLakePrincipalIdentifier": ACCOUNT}],
            "AuthorizedSessionTagValueList": ["engine1"],
        }
    )


def table_arn(lake: DataLake) -> str:
    return f"arn:aws:glue:{REGION}:{ACCOUNT}:table/{lake.name}/orders"


def vended(lake: DataLake, session: boto3.Session, **more: Any) -> Any:
    """An S3 client with credentials that Lake Formation vends for the table."""
    keys = session.client("lakeformation").get_temporary_glue_table_credentials(TableArn=table_arn(lake), **more)
    made = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], REGION)
    return made.client("s3")


def code(call: Callable[..., Any], *given: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as error:
        call(*given, **arguments)
    return str(error.value.response["Error"]["Code"])


def test_credentials_are_confined_to_the_table(lake: DataLake) -> None:
    allow_whole_tables(lake)
    role = lake.role("reader", "lakeformation")
    lake.grant(role, ["SELECT"], **lake.on_table(ColumnWildcard={}))
    session = session_of(lake.client, role)
    orders = {"Bucket": lake.bucket, "Key": "curated/orders/data.parquet"}
    # The role itself has no permission on the bucket.
    assert code(session.client("s3").get_object, **orders) == "AccessDenied"
    s3 = vended(lake, session)
    assert s3.get_object(**orders)["Body"].read() == b"rows"
    listed = s3.list_objects_v2(Bucket=lake.bucket, Prefix="curated/orders/")
    assert [one["Key"] for one in listed["Contents"]] == [orders["Key"]]
    assert code(s3.list_objects_v2, Bucket=lake.bucket, Prefix="curated/") == "AccessDenied"
    assert code(s3.get_object, Bucket=lake.bucket, Key="curated/other/data.parquet") == "AccessDenied"
    assert code(s3.put_object, **orders, Body=b"x") == "AccessDenied"
    assert code(vended, lake, session, Permissions=["SELECT", "INSERT"]) == "AccessDeniedException"
    lake.grant(role, ["INSERT"], **lake.on_table())
    writing = vended(lake, session, Permissions=["SELECT", "INSERT"])
    writing.put_object(**orders, Body=b"more")
    assert code(writing.put_object, Bucket=lake.bucket, Key="curated/x", Body=b"") == "AccessDenied"
    other = f"s3://{lake.bucket}/curated/other"
    assert code(vended, lake, session, S3Path=other) == "InvalidInputException"


@pytest.mark.parametrize(
    "columns", [{"ColumnNames": ["id"]}, {"ColumnWildcard": {"ExcludedColumnNames": ["email"]}}], ids=str
)
def test_whole_tables_only_without_a_trusted_engine(lake: DataLake, columns: dict[str, Any]) -> None:
    role = lake.role("reader", "lakeformation")
    lake.grant(role, ["SELECT"], **lake.on_table(**columns))
    allow_whole_tables(lake)
    assert code(vended, lake, session_of(lake.client, role)) == "AccessDeniedException"


def test_settings_without_engines_vend_nothing(lake: DataLake) -> None:
    role = lake.role("reader", "lakeformation")
    lake.grant(role, ["SELECT"], **lake.on_table(ColumnWildcard={}))
    assert code(vended, lake, session_of(lake.client, role)) == "AccessDeniedException"
    assert code(vended, lake, session_of(lake.client, role, Tags=ENGINE)) == "AccessDeniedException"


def test_vending_needs_get_data_access(lake: DataLake) -> None:
    allow_whole_tables(lake)
    role = lake.role("reader", "glue")
    lake.grant(role, ["SELECT"], **lake.on_table(ColumnWildcard={}))
    with pytest.raises(ClientError, match="not authorized to perform: lakeformation:GetDataAccess"):
        vended(lake, session_of(lake.client, role))


def test_trusted_engine_states_what_it_filters(lake: DataLake) -> None:
    allow_filtering(lake)
    role = lake.role("reader", "lakeformation", "glue")
    session = session_of(lake.client, role, Tags=ENGINE)
    assert code(vended, lake, session_of(lake.client, role)) == "AccessDeniedException"
    assert code(vended, lake, session) == "AccessDeniedException"
    lake.grant(role, ["SELECT"], **lake.on_table(ColumnNames=["id"]))
    assert code(vended, lake, session) == "PermissionTypeMismatchException"
    assert vended(lake, session, SupportedPermissionTypes=["COLUMN_PERMISSION"])
    asked = {"CatalogId": ACCOUNT, "DatabaseName": lake.name, "Name": "orders"}
    found = session.client("glue").get_unfiltered_table_metadata(
        **asked, SupportedPermissionTypes=["COLUMN_PERMISSION"]
    )
    assert found["AuthorizedColumns"] == ["id"]
    assert len(found["Table"]["StorageDescriptor"]["Columns"]) == 3
    assert found["IsRegisteredWithLakeFormation"] is True


def test_cell_filters_need_an_engine_that_supports_them(lake: DataLake) -> None:
    allow_filtering(lake)
    role = lake.role("reader", "lakeformation", "glue")
    session = session_of(lake.client, role, Tags=ENGINE)
    named = {"TableCatalogId": ACCOUNT, "DatabaseName": lake.name, "TableName": "orders", "Name": "eu"}
    data = {"RowFilter": {"FilterExpression": "country = 'DE'"}, "ColumnNames": ["id", "country"]}
    lake.client("lakeformation").create_data_cells_filter(TableData={**named, **data})
    lake.grant(role, ["SELECT"], DataCellsFilter=named)
    columns_only, cells = {"SupportedPermissionTypes": ["COLUMN_PERMISSION"]}, ["CELL_FILTER_PERMISSION"]
    assert code(vended, lake, session, **columns_only) == "PermissionTypeMismatchException"
    assert vended(lake, session, SupportedPermissionTypes=cells)
    asked = {"CatalogId": ACCOUNT, "DatabaseName": lake.name, "Name": "orders"}
    found = session.client("glue").get_unfiltered_table_metadata(**asked, SupportedPermissionTypes=cells)
    assert found["CellFilters"] == [
        {"ColumnName": name, "RowFilterExpression": "country = 'DE'"} for name in ("country", "id")
    ]


def test_tables_outside_registered_locations(lake: DataLake, client: Client) -> None:
    allow_whole_tables(lake)
    role = lake.role("reader", "lakeformation")
    lake.grant(role, ["SELECT"], **lake.on_table(ColumnWildcard={}))
    client("lakeformation").deregister_resource(ResourceArn=f"arn:aws:s3:::{lake.bucket}")
    assert code(vended, lake, session_of(lake.client, role)) == "InvalidInputException"
