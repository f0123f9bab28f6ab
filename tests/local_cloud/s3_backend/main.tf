terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 7.0.0"
    }
  }
  backend "s3" {
    bucket       = "acme-terraform-state-111111111111"
    key          = "lakekit/local-state.tfstate"
    region       = "eu-west-1"
    encrypt      = true
    use_lockfile = true
  }
}

variable "label" { default = "some" }

provider "aws" {
  region      = "eu-west-1"
  max_retries = 1
}

resource "aws_cloudwatch_log_group" "label" {
  name = "/acme/${var.label}"
}
