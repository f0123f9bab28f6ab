resource "aws_kms_key" "k" {
  description             = "lake ${local.v}"
  enable_key_rotation     = true
  rotation_period_in_days = var.edit ? 180 : 365
  deletion_window_in_days = 7
  policy                  = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "root", Effect = "Allow", Principal = { AWS = "arn:aws:iam::111111111111:root" }, Action = "kms:*", Resource = "*" }] })
  tags                    = local.tag
}
resource "aws_kms_alias" "k" {
  name          = "alias/acme-local-lake"
  target_key_id = aws_kms_key.k.key_id
}
resource "aws_kms_key" "k2" { description = "other" }
resource "aws_kms_key_policy" "k2" {
  key_id = aws_kms_key.k2.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "root${local.v}", Effect = "Allow", Principal = { AWS = "arn:aws:iam::111111111111:root" }, Action = "kms:*", Resource = "*" }] })
}
