resource "aws_cloudwatch_log_group" "l" {
  name              = "/acme/local"
  retention_in_days = var.edit ? 30 : 14
  kms_key_id        = aws_kms_key.k.arn
  tags              = local.tag
}
resource "aws_cloudwatch_metric_alarm" "a" {
  alarm_name          = "acme-local"
  alarm_description   = "d ${local.v}"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = var.edit ? 2 : 1
  metric_name         = "4xxErrors"
  namespace           = "AWS/S3"
  period              = 300
  statistic           = "Sum"
  threshold           = 10
  treat_missing_data  = "notBreaching"
  dimensions          = { BucketName = aws_s3_bucket.b.id, FilterId = "whole" }
  alarm_actions       = [aws_sns_topic.t.arn]
  ok_actions          = [aws_sns_topic.t.arn]
  tags                = local.tag
}
resource "aws_cloudwatch_metric_alarm" "m" {
  alarm_name          = "acme-local-math"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  threshold           = var.edit ? 2 : 1
  metric_query {
    id          = "e"
    expression  = "m / 2"
    return_data = true
    label       = "half"
  }
  metric_query {
    id = "m"
    metric {
      metric_name = "4xxErrors"
      namespace   = "AWS/S3"
      period      = 300
      stat        = "Sum"
    }
  }
}
resource "aws_cloudwatch_dashboard" "d" {
  dashboard_name = "acme-local"
  dashboard_body = jsonencode({ widgets = [{ type = "text", x = 0, y = 0, width = 3, height = 3, properties = { markdown = local.v } }] })
}
resource "aws_sns_topic" "t" {
  name              = "acme-local-alerts"
  display_name      = "d ${local.v}"
  kms_master_key_id = aws_kms_key.k.arn
  tags              = local.tag
}
resource "aws_sns_topic_policy" "t" {
  arn    = aws_sns_topic.t.arn
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "s${local.v}", Effect = "Allow", Principal = { Service = "cloudwatch.amazonaws.com" }, Action = "sns:Publish", Resource = aws_sns_topic.t.arn }] })
}
resource "aws_sns_topic_subscription" "q" {
  topic_arn            = aws_sns_topic.t.arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.q.arn
  raw_message_delivery = var.edit
}
resource "aws_sns_topic_subscription" "mail" {
  topic_arn = aws_sns_topic.t.arn
  protocol  = "email"
  endpoint  = "data@acme.example"
}
resource "aws_sqs_queue" "q" {
  name                       = "acme-local"
  kms_master_key_id          = aws_kms_key.k.arn
  visibility_timeout_seconds = var.edit ? 60 : 30
  tags                       = local.tag
}
resource "aws_sqs_queue_policy" "q" {
  queue_url = aws_sqs_queue.q.url
  policy    = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "s", Effect = "Allow", Principal = { Service = "events.amazonaws.com" }, Action = "sqs:SendMessage", Resource = aws_sqs_queue.q.arn }] })
}
resource "aws_cloudwatch_event_rule" "r" {
  name          = "acme-local"
  description   = "d ${local.v}"
  event_pattern = jsonencode({ source = ["aws.s3"] })
  tags          = local.tag
}
resource "aws_cloudwatch_event_target" "r" {
  rule = aws_cloudwatch_event_rule.r.name
  arn  = aws_sqs_queue.q.arn
  retry_policy {
    maximum_event_age_in_seconds = 3600
    maximum_retry_attempts       = var.edit ? 5 : 3
  }
}
