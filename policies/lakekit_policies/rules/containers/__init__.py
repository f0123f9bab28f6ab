"""Rules for container images, EKS, ECS and Batch."""
