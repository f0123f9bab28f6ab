# Every resource type that the lake's constructs use, each with an attribute that `edit` changes in place.
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 7.0.0"
    }
  }
}

variable "edit" { default = false }

locals {
  v   = var.edit ? "two" : "one"
  tag = { edited = local.v, partition = data.aws_partition.p.partition, region = data.aws_region.r.id }
  acc = data.aws_caller_identity.me.account_id
}

provider "aws" {
  region = "eu-west-1"
  # An answer that is missing should end the test, not be asked for again and again.
  max_retries         = 1
  allowed_account_ids = ["111111111111"]
  default_tags {
    tags = { organization = "acme", environment = "local" }
  }
}

data "aws_caller_identity" "me" {}
data "aws_partition" "p" {}
data "aws_region" "r" {}
