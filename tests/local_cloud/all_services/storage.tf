resource "aws_s3_bucket" "b" {
  bucket        = "acme-local-raw-111111111111"
  force_destroy = true
  tags          = local.tag
}
resource "aws_s3_bucket" "log" {
  bucket        = "acme-local-log-111111111111"
  force_destroy = true
}
resource "aws_s3_bucket_policy" "b" {
  bucket = aws_s3_bucket.b.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Sid = "Tls", Effect = "Deny", Principal = "*", Action = "s3:*", Resource = [aws_s3_bucket.b.arn, "${aws_s3_bucket.b.arn}/*"], Condition = { Bool = { "aws:SecureTransport" = "false" } } },
    { Sid = "Tls12${local.v}", Effect = "Deny", Principal = "*", Action = "s3:*", Resource = [aws_s3_bucket.b.arn, "${aws_s3_bucket.b.arn}/*"], Condition = { NumericLessThan = { "s3:TlsVersion" = "1.2" } } },
    { Sid = "Key", Effect = "Deny", Principal = "*", Action = "s3:PutObject", Resource = "${aws_s3_bucket.b.arn}/*", Condition = { StringNotEquals = { "s3:x-amz-server-side-encryption-aws-kms-key-id" = aws_kms_key.k.arn }, Null = { "s3:x-amz-server-side-encryption-aws-kms-key-id" = "false" } } },
    { Sid = "Algo", Effect = "Deny", Principal = "*", Action = "s3:PutObject", Resource = "${aws_s3_bucket.b.arn}/*", Condition = { StringNotEquals = { "s3:x-amz-server-side-encryption" = "aws:kms" }, Null = { "s3:x-amz-server-side-encryption" = "false" } } },
    { Sid = "SseC", Effect = "Deny", Principal = "*", Action = "s3:PutObject", Resource = "${aws_s3_bucket.b.arn}/*", Condition = { Null = { "s3:x-amz-server-side-encryption-customer-algorithm" = "false" } } },
  ] })
  depends_on = [aws_s3_bucket_public_access_block.b]
}
resource "aws_s3_bucket_versioning" "b" {
  bucket = aws_s3_bucket.b.id
  versioning_configuration { status = "Enabled" }
}
resource "aws_s3_bucket_server_side_encryption_configuration" "b" {
  bucket = aws_s3_bucket.b.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.k.arn
    }
    bucket_key_enabled = var.edit ? false : true
  }
}
resource "aws_s3_bucket_public_access_block" "b" {
  bucket                  = aws_s3_bucket.b.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
resource "aws_s3_bucket_ownership_controls" "b" {
  bucket = aws_s3_bucket.b.id
  rule { object_ownership = "BucketOwnerEnforced" }
}
resource "aws_s3_bucket_logging" "b" {
  bucket        = aws_s3_bucket.b.id
  target_bucket = aws_s3_bucket.log.id
  target_prefix = "raw-${local.v}/"
  target_object_key_format {
    partitioned_prefix { partition_date_source = "EventTime" }
  }
}
resource "aws_s3_bucket_lifecycle_configuration" "b" {
  bucket                                 = aws_s3_bucket.b.id
  transition_default_minimum_object_size = "all_storage_classes_128K"
  rule {
    id     = "uploads"
    status = "Enabled"
    filter {}
    abort_incomplete_multipart_upload { days_after_initiation = var.edit ? 3 : 7 }
  }
  rule {
    id     = "noncurrent"
    status = "Enabled"
    filter { prefix = "" }
    noncurrent_version_expiration {
      noncurrent_days           = 30
      newer_noncurrent_versions = 3
    }
    expiration { expired_object_delete_marker = true }
  }
  rule {
    id     = "tier"
    status = "Enabled"
    filter {
      and {
        prefix                   = "landing/"
        object_size_greater_than = 131072
        tags                     = { tier = "cold", kind = "raw" }
      }
    }
    transition {
      days          = 90
      storage_class = "INTELLIGENT_TIERING"
    }
    expiration { days = 400 }
  }
  depends_on = [aws_s3_bucket_versioning.b]
}
resource "aws_s3_bucket_notification" "b" {
  bucket      = aws_s3_bucket.b.id
  eventbridge = true
}
resource "aws_s3_bucket_inventory" "b" {
  bucket                   = aws_s3_bucket.b.id
  name                     = "weekly"
  included_object_versions = "All"
  optional_fields          = ["Size", "LastModifiedDate", "EncryptionStatus", "BucketKeyStatus"]
  schedule { frequency = var.edit ? "Daily" : "Weekly" }
  destination {
    bucket {
      format     = "Parquet"
      bucket_arn = aws_s3_bucket.log.arn
      prefix     = "inventory"
      account_id = "111111111111"
      encryption {
        sse_kms { key_id = aws_kms_key.k.arn }
      }
    }
  }
}
resource "aws_s3_bucket_intelligent_tiering_configuration" "b" {
  bucket = aws_s3_bucket.b.id
  name   = "whole"
  status = var.edit ? "Disabled" : "Enabled"
  filter {
    prefix = "landing/"
    tags   = { a = "b" }
  }
  tiering {
    access_tier = "ARCHIVE_ACCESS"
    days        = 125
  }
}
resource "aws_s3_bucket_metric" "b" {
  bucket = aws_s3_bucket.b.id
  name   = "whole"
  filter { prefix = "p-${local.v}/" }
}
resource "aws_s3_object" "o" {
  bucket     = aws_s3_bucket.b.id
  key        = "scripts/a.txt"
  content    = "hello ${local.v}"
  tags       = local.tag
  depends_on = [aws_s3_bucket_policy.b, aws_s3_bucket_server_side_encryption_configuration.b]
}
resource "aws_s3_object_copy" "o" {
  bucket            = aws_s3_bucket.b.id
  key               = "scripts/copy.txt"
  source            = "${aws_s3_bucket.b.id}/${aws_s3_object.o.key}"
  tagging_directive = "REPLACE"
  tags              = local.tag
  depends_on        = [aws_s3_object.o]
}
