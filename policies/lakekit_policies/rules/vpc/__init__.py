"""Rules for VPCs, subnets, security groups and endpoints."""
