resource "aws_lakeformation_data_lake_settings" "s" {
  admins                  = var.edit ? ["arn:aws:iam::111111111111:role/admin", "arn:aws:iam::111111111111:role/deploy"] : ["arn:aws:iam::111111111111:role/admin"]
  read_only_admins        = ["arn:aws:iam::111111111111:role/audit"]
  trusted_resource_owners = ["111111111111"]
  parameters              = { CROSS_ACCOUNT_VERSION = "4" }
}
resource "aws_lakeformation_resource" "l" {
  arn                   = aws_s3_bucket.b.arn
  role_arn              = aws_iam_role.r.arn
  hybrid_access_enabled = true
}
resource "aws_lakeformation_lf_tag" "t" {
  key    = "domain"
  values = var.edit ? ["finance", "sales", "hr"] : ["sales", "finance"]
}
resource "aws_lakeformation_lf_tag" "c" {
  key    = "classification"
  values = ["public", "internal", "confidential"]
}
resource "aws_lakeformation_resource_lf_tag" "d" {
  database { name = aws_glue_catalog_database.d.name }
  lf_tag {
    key   = aws_lakeformation_lf_tag.t.key
    value = "sales"
  }
}
resource "aws_lakeformation_resource_lf_tags" "t" {
  table {
    database_name = aws_glue_catalog_database.d.name
    name          = aws_glue_catalog_table.iceberg.name
  }
  lf_tag {
    key   = aws_lakeformation_lf_tag.t.key
    value = "finance"
  }
  lf_tag {
    key   = aws_lakeformation_lf_tag.c.key
    value = var.edit ? "internal" : "public"
  }
}
resource "aws_lakeformation_resource_lf_tags" "c" {
  table_with_columns {
    database_name = aws_glue_catalog_database.d.name
    name          = aws_glue_catalog_table.iceberg.name
    column_names  = ["amount"]
  }
  lf_tag {
    key   = aws_lakeformation_lf_tag.c.key
    value = "confidential"
  }
}
resource "aws_lakeformation_permissions" "tag" {
  principal   = aws_iam_role.r.arn
  permissions = ["DESCRIBE", "ASSOCIATE"]
  lf_tag {
    key    = aws_lakeformation_lf_tag.t.key
    values = ["sales", "finance"]
  }
}
resource "aws_lakeformation_permissions" "policy_t" {
  principal                     = aws_iam_role.r.arn
  permissions                   = var.edit ? ["SELECT", "DESCRIBE", "INSERT"] : ["SELECT", "DESCRIBE"]
  permissions_with_grant_option = ["SELECT"]
  lf_tag_policy {
    resource_type = "TABLE"
    expression {
      key    = "domain"
      values = ["sales"]
    }
    expression {
      key    = "classification"
      values = ["public", "internal"]
    }
  }
  depends_on = [aws_lakeformation_lf_tag.t, aws_lakeformation_lf_tag.c]
}
resource "aws_lakeformation_permissions" "policy_d" {
  principal   = aws_iam_role.r.arn
  permissions = ["DESCRIBE"]
  lf_tag_policy {
    resource_type = "DATABASE"
    expression {
      key    = "domain"
      values = ["sales"]
    }
  }
  depends_on = [aws_lakeformation_lf_tag.t]
}
resource "aws_lakeformation_permissions" "db" {
  principal   = aws_iam_role.r.arn
  permissions = ["CREATE_TABLE", "DESCRIBE", "ALTER"]
  database { name = aws_glue_catalog_database.d.name }
}
resource "aws_lakeformation_permissions" "twc" {
  principal   = aws_iam_role.r.arn
  permissions = ["SELECT"]
  table_with_columns {
    database_name = aws_glue_catalog_database.d.name
    name          = aws_glue_catalog_table.plain.name
    column_names  = ["id"]
  }
}
resource "aws_lakeformation_permissions" "twc_wild" {
  principal   = aws_iam_role.people["analyst"].arn
  permissions = ["SELECT"]
  table_with_columns {
    database_name         = aws_glue_catalog_database.d.name
    name                  = aws_glue_catalog_table.iceberg.name
    wildcard              = true
    excluded_column_names = ["amount"]
  }
}
resource "aws_lakeformation_permissions" "table" {
  principal   = aws_iam_role.people["writer"].arn
  permissions = ["DESCRIBE", "INSERT", "DELETE"]
  table {
    database_name = aws_glue_catalog_database.d.name
    name          = aws_glue_catalog_table.iceberg.name
  }
}
resource "aws_lakeformation_permissions" "loc" {
  principal   = aws_iam_role.r.arn
  permissions = ["DATA_LOCATION_ACCESS"]
  data_location { arn = aws_lakeformation_resource.l.arn }
}
resource "aws_lakeformation_data_cells_filter" "f" {
  table_data {
    database_name    = aws_glue_catalog_database.d.name
    name             = "emea"
    table_catalog_id = local.acc
    table_name       = aws_glue_catalog_table.iceberg.name
    column_names     = ["order_id", "ts"]
    row_filter { filter_expression = var.edit ? "amount < 5" : "amount < 10" }
  }
}
resource "aws_lakeformation_data_cells_filter" "all" {
  table_data {
    database_name    = aws_glue_catalog_database.d.name
    name             = "allrows"
    table_catalog_id = local.acc
    table_name       = aws_glue_catalog_table.iceberg.name
    column_wildcard { excluded_column_names = ["amount"] }
    row_filter {
      all_rows_wildcard {}
    }
  }
}
resource "aws_lakeformation_permissions" "cells" {
  principal   = aws_iam_role.r.arn
  permissions = ["SELECT"]
  data_cells_filter {
    database_name    = aws_glue_catalog_database.d.name
    name             = aws_lakeformation_data_cells_filter.f.table_data[0].name
    table_catalog_id = local.acc
    table_name       = aws_glue_catalog_table.iceberg.name
  }
}
resource "aws_lakeformation_opt_in" "o" {
  principal { data_lake_principal_identifier = aws_iam_role.r.arn }
  resource_data {
    database {
      name       = aws_glue_catalog_database.d.name
      catalog_id = local.acc
    }
  }
}
