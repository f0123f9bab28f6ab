"""Certificates of a broker: its own, of a certificate authority that signs nothing else.

The private key of the authority is not stored, so that only the broker has a certificate that its internal listeners
accept.
"""

from __future__ import annotations

import datetime
import ipaddress
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from lakekit_local.lifecycle.private_files import write_private

AUTHORITY: Final = "ca.pem"
BROKER: Final = "broker.pem"
_DAYS: Final = 3650


def make_certificates(folder: Path) -> None:
    """Write `ca.pem`, which clients trust, and `broker.pem` with the private key of the broker."""
    now = datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Lakekit local MSK cluster")])
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())

    def builder(subject: x509.Name, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=_DAYS))
        )

    authority = (
        builder(name, authority_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    usage = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    own = (
        builder(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "broker")]), key.public_key())
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.ExtendedKeyUsage(usage), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    chain = own.public_bytes(pem) + authority.public_bytes(pem)
    write_private(folder / BROKER, (private + chain).decode())
    write_private(folder / AUTHORITY, authority.public_bytes(pem).decode())
