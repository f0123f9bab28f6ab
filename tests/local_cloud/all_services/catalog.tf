resource "aws_glue_catalog_database" "d" {
  name         = "acme_local_curated"
  description  = "curated ${local.v}"
  location_uri = "s3://${aws_s3_bucket.b.id}/curated/"
  parameters   = { zone = local.v }
  tags         = local.tag
}
resource "aws_glue_catalog_table" "iceberg" {
  name          = "orders"
  database_name = aws_glue_catalog_database.d.name
  table_type    = "EXTERNAL_TABLE"
  description   = "orders ${local.v}"
  parameters    = { "format" = "parquet", "write_target_data_file_size_bytes" = "536870912", "lakekit.partition-spec" = jsonencode([{ source = "ts", transform = "day", name = "ts_day" }]), "lakekit.sort-order" = jsonencode([{ source = "order_id", direction = "asc" }]) }
  open_table_format_input {
    iceberg_input {
      metadata_operation = "CREATE"
      version            = "2"
    }
  }
  storage_descriptor {
    location = "s3://${aws_s3_bucket.b.id}/curated/orders"
    columns {
      name       = "order_id"
      type       = "bigint"
      comment    = "key"
      parameters = { "iceberg.field.optional" = "false" }
    }
    columns {
      name = "ts"
      type = "timestamp"
    }
    columns {
      name = "amount"
      type = "decimal(12,2)"
    }
    columns {
      name = "items"
      type = "array<struct<sku:string,qty:int>>"
    }
  }
  lifecycle { ignore_changes = [parameters, storage_descriptor[0].columns, storage_descriptor[0].additional_locations] }
}
resource "aws_glue_catalog_table" "plain" {
  name          = "events"
  database_name = aws_glue_catalog_database.d.name
  table_type    = "EXTERNAL_TABLE"
  parameters    = { classification = "parquet", v = local.v }
  partition_keys {
    name = "dt"
    type = "date"
  }
  storage_descriptor {
    location      = "s3://${aws_s3_bucket.b.id}/curated/events"
    input_format  = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"
    ser_de_info { serialization_library = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe" }
    columns {
      name = "id"
      type = "string"
    }
  }
}
resource "aws_glue_catalog_table" "view" {
  name               = "recent_orders"
  database_name      = aws_glue_catalog_database.d.name
  table_type         = "VIRTUAL_VIEW"
  description        = "recent orders ${local.v}"
  owner              = "sales@acme.example"
  view_original_text = "/* Presto View: ${base64encode(jsonencode({ originalSql = "SELECT order_id FROM orders -- ${local.v}", catalog = "awsdatacatalog", schema = aws_glue_catalog_database.d.name, columns = [{ name = "order_id", type = "bigint" }] }))} */"
  view_expanded_text = "/* Presto View */"
  parameters         = { presto_view = "true", comment = "Presto View" }
  storage_descriptor {
    ser_de_info {
      name                  = "-"
      serialization_library = "-"
    }
    columns {
      name    = "order_id"
      type    = "bigint"
      comment = "key"
    }
  }
}
resource "aws_glue_catalog_table_optimizer" "compaction" {
  catalog_id    = local.acc
  database_name = aws_glue_catalog_database.d.name
  table_name    = aws_glue_catalog_table.iceberg.name
  type          = "compaction"
  configuration {
    role_arn = aws_iam_role.r.arn
    enabled  = !var.edit
  }
}
resource "aws_glue_catalog_table_optimizer" "retention" {
  catalog_id    = local.acc
  database_name = aws_glue_catalog_database.d.name
  table_name    = aws_glue_catalog_table.iceberg.name
  type          = "retention"
  configuration {
    role_arn = aws_iam_role.r.arn
    enabled  = true
    retention_configuration {
      iceberg_configuration {
        snapshot_retention_period_in_days = var.edit ? 8 : 7
        number_of_snapshots_to_retain     = 3
        clean_expired_files               = true
      }
    }
  }
}
resource "aws_glue_catalog_table_optimizer" "orphan" {
  catalog_id    = local.acc
  database_name = aws_glue_catalog_database.d.name
  table_name    = aws_glue_catalog_table.iceberg.name
  type          = "orphan_file_deletion"
  configuration {
    role_arn = aws_iam_role.r.arn
    enabled  = true
    orphan_file_deletion_configuration {
      iceberg_configuration {
        orphan_file_retention_period_in_days = var.edit ? 8 : 7
        location                             = "s3://${aws_s3_bucket.b.id}/curated/orders"
      }
    }
  }
}
resource "aws_glue_data_catalog_encryption_settings" "e" {
  data_catalog_encryption_settings {
    connection_password_encryption {
      aws_kms_key_id                       = aws_kms_key.k.arn
      return_connection_password_encrypted = true
    }
    encryption_at_rest {
      catalog_encryption_mode = "SSE-KMS"
      sse_aws_kms_key_id      = aws_kms_key.k.arn
    }
  }
}
resource "aws_glue_resource_policy" "g" {
  enable_hybrid = "TRUE"
  policy        = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "glue:Get${var.edit ? "Table" : "Database"}", Principal = { AWS = "arn:aws:iam::111111111111:root" }, Resource = "arn:aws:glue:eu-west-1:111111111111:*" }] })
}
resource "aws_glue_registry" "g" {
  registry_name = "acme-local"
  description   = "r ${local.v}"
  tags          = local.tag
}
resource "aws_glue_schema" "s" {
  schema_name       = "orders"
  registry_arn      = aws_glue_registry.g.arn
  data_format       = "AVRO"
  compatibility     = var.edit ? "FULL" : "BACKWARD"
  description       = "d ${local.v}"
  schema_definition = jsonencode({ type = "record", name = "r1", fields = concat([{ name = "f1", type = "int" }], var.edit ? [{ name = "f2", type = ["null", "int"], default = null }] : []) })
  tags              = local.tag
}
resource "aws_glue_data_quality_ruleset" "q" {
  name        = "orders"
  description = "q ${local.v}"
  ruleset     = var.edit ? "Rules = [ IsComplete \"order_id\" ]" : "Rules = [ RowCount > 0 ]"
  target_table {
    database_name = aws_glue_catalog_database.d.name
    table_name    = aws_glue_catalog_table.iceberg.name
  }
  tags = local.tag
}
