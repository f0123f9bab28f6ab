"""`lakekit certificates`: what an EMR cluster encrypts the traffic between its nodes with."""

from __future__ import annotations

import click

from lakekit_cli.commands.run_context import load_environment
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.console import echo


@click.command()
@click.argument("environment", metavar="ENV")
@click.option("--cluster", default="main", show_default=True, help="The cluster's word.")
@click.option("--rotate", is_flag=True, help="Replace the certificates that are there.")
def certificates(environment: str, cluster: str, rotate: bool) -> int:
    """Make certificates for TLS between the nodes of ENV's EMR cluster and put them where it looks for them.

    Self-signed, for two years, made in memory: the private key is in the artifact bucket alone, under its key. It
    uses the AWS credentials at hand and refuses those of another account.
    """
    import boto3

    from lakekit_cli.aws.cluster_certificates import ClusterCertificates
    from lakekit_cli.aws.errors import explain_errors

    with explain_errors(environment):
        found = ClusterCertificates(load_environment(environment), boto3.Session(), cluster)
        found.upload(rotate=rotate)
    echo(f"{found.uri} is ready: lakekit deploy {environment}")
    return int(ExitCode.OK)
