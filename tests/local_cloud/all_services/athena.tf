resource "aws_athena_workgroup" "w" {
  name          = "acme-local"
  description   = "d ${local.v}"
  force_destroy = true
  configuration {
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = true
    bytes_scanned_cutoff_per_query     = var.edit ? 20000000 : 10485760
    engine_version { selected_engine_version = "Athena engine version 3" }
    result_configuration {
      output_location       = "s3://${aws_s3_bucket.b.id}/athena/"
      expected_bucket_owner = "111111111111"
      encryption_configuration {
        encryption_option = "SSE_KMS"
        kms_key_arn       = aws_kms_key.k.arn
      }
    }
  }
  tags = local.tag
}
resource "aws_athena_named_query" "q" {
  name      = "top"
  workgroup = aws_athena_workgroup.w.id
  database  = aws_glue_catalog_database.d.name
  query     = "select ${var.edit ? 2 : 1}"
}

