resource "aws_iam_role" "r" {
  name                 = "acme-local-lf"
  description          = "d ${local.v}"
  assume_role_policy   = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["sts:AssumeRole", "sts:SetContext"], Principal = { Service = ["lakeformation.amazonaws.com", "glue.amazonaws.com"] } }] })
  max_session_duration = var.edit ? 7200 : 3600
  tags                 = local.tag
}
resource "aws_iam_policy" "p" {
  name   = "acme-local-p"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["s3:GetObject${var.edit ? "" : "Tagging"}"], Resource = "${aws_s3_bucket.b.arn}/*" }] })
  tags   = local.tag
}
resource "aws_iam_role_policy" "r" {
  name   = "inline"
  role   = aws_iam_role.r.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["s3:List${var.edit ? "Bucket" : "AllMyBuckets"}"], Resource = "*" }] })
}
resource "aws_iam_role_policy_attachment" "r" {
  role       = aws_iam_role.r.name
  policy_arn = aws_iam_policy.p.arn
}
resource "aws_iam_instance_profile" "r" {
  name = "acme-local"
  role = aws_iam_role.r.name
  tags = local.tag
}
resource "aws_iam_role" "people" {
  for_each           = toset(["analyst", "writer"])
  name               = "acme-local-lf-${each.key}"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "arn:aws:iam::111111111111:root" } }] })
}
