"""`lakekit certificates`: what an EMR cluster encrypts the traffic between its nodes with."""

from __future__ import annotations

import click

from lakekit_cli.commands.run import chosen
from lakekit_cli.console import say
from lakekit_cli.exit_codes import ExitCode


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

    from lakekit_cli.aws_refusals import told
    from lakekit_cli.cluster_certificates import ClusterCertificates

    with told(environment):
        found = ClusterCertificates(chosen(environment), boto3.Session(), cluster)
        found.put(rotate=rotate)
    say(f"{found.place} is ready: lakekit deploy {environment}")
    return int(ExitCode.OK)
