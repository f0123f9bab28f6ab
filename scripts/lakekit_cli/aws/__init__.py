"""AWS calls of the commands: state bucket, cluster certificates, error messages."""
