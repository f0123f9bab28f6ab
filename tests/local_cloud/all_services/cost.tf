resource "aws_budgets_budget" "b" {
  name         = "acme-local"
  budget_type  = "COST"
  limit_amount = var.edit ? "200" : "100"
  limit_unit   = "USD"
  time_unit    = "MONTHLY"
  cost_filter {
    name   = "TagKeyValue"
    values = ["user:environment$local"]
  }
  notification {
    comparison_operator        = "GREATER_THAN"
    threshold                  = var.edit ? 90 : 80
    threshold_type             = "PERCENTAGE"
    notification_type          = "FORECASTED"
    subscriber_email_addresses = ["data@acme.example"]
    subscriber_sns_topic_arns  = [aws_sns_topic.t.arn]
  }
  notification {
    comparison_operator        = "GREATER_THAN"
    threshold                  = 100
    threshold_type             = "PERCENTAGE"
    notification_type          = "ACTUAL"
    subscriber_email_addresses = var.edit ? ["data@acme.example", "cfo@acme.example"] : ["data@acme.example"]
  }
  tags = local.tag
}
resource "aws_ce_anomaly_monitor" "m" {
  name                  = "acme-local-${local.v}"
  monitor_type          = "CUSTOM"
  monitor_specification = jsonencode({ And = null, CostCategories = null, Dimensions = null, Not = null, Or = null, Tags = { Key = "environment", MatchOptions = null, Values = ["local"] } })
  tags                  = local.tag
}
resource "aws_ce_anomaly_subscription" "s" {
  name             = "acme-local"
  frequency        = var.edit ? "WEEKLY" : "DAILY"
  monitor_arn_list = [aws_ce_anomaly_monitor.m.arn]
  subscriber {
    type    = "EMAIL"
    address = "data@acme.example"
  }
  threshold_expression {
    dimension {
      key           = "ANOMALY_TOTAL_IMPACT_ABSOLUTE"
      match_options = ["GREATER_THAN_OR_EQUAL"]
      values        = ["100"]
    }
  }
  tags = local.tag
}
