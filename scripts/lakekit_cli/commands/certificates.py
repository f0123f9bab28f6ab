"""`lakekit certificates`: create the TLS certificates of an EMR cluster."""

from __future__ import annotations

import click

from lakekit_cli.commands import options
from lakekit_cli.commands.run_context import load_environment
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.console import echo


@click.command()
@options.environment_argument
@click.option("--cluster", default="main", show_default=True, help="Short name of the cluster.")
@click.option("--rotate", is_flag=True, help="Replace existing certificates.")
def certificates(environment: str, cluster: str, rotate: bool) -> int:
    """Create and upload TLS certificates for traffic between the nodes of the EMR cluster of ENVIRONMENT.

    Self-signed, valid for two years. The private key is created in memory and stored only in the artifact bucket,
    encrypted with the bucket's KMS key. Uses the default AWS credential chain; credentials of another account are
    rejected.
    """
    found = load_environment(environment)
    import boto3

    from lakekit_cli.aws.cluster_certificates import ClusterCertificates
    from lakekit_cli.aws.errors import explain_errors

    with explain_errors(environment):
        bundle = ClusterCertificates(found, boto3.Session(), cluster)
        bundle.upload(rotate=rotate)
    echo(f"{bundle.uri} is ready. Next: lakekit deploy {environment}")
    return int(ExitCode.OK)
