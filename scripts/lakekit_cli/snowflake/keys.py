"""RSA key pairs of service users."""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path
from typing import Any

from lakekit.errors import LakekitError
from lakekit_policies.shared.regular_file import read_regular_bytes

# NIST SP 800-57 part 1 recommends 3,072 bits beyond 2030; Snowflake accepts 2,048 and more.
BITS = 3072


def public_key(file: Path, passphrase: str | None) -> str:
    """Return the public key of a private key file in base64 on one line, as Snowflake's RSA_PUBLIC_KEY.

    Raises:
        LakekitError: Not a private RSA key of at least 2,048 bits, a wrong passphrase, or a file that others can read.
    """
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    if file.stat().st_mode & 0o077:
        raise LakekitError("the private key is readable by others", where=str(file), fix=f"chmod 600 {file}")
    key = private_key(read_regular_bytes(file), file, passphrase, "LAKEKIT_KEY_PASSPHRASE")
    if not isinstance(key, RSAPrivateKey) or key.key_size < 2048:
        raise LakekitError(
            "not an RSA key of 2,048 bits or more",
            where=str(file),
            fix="pass a path that does not exist to create a key",
        )
    return _encode_public_key(key)


def private_key(content: bytes, file: Path, passphrase: str | bytes | None, setting: str) -> Any:
    """Load the private key of a PEM file.

    Args:
        content: Content of the file.
        file: Path, for the message.
        passphrase: Passphrase of the key, if it has one.
        setting: Setting that holds the passphrase, for the message.

    Raises:
        LakekitError: The file contains no private key, or the passphrase is wrong.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    secret = passphrase.encode() if isinstance(passphrase, str) else passphrase
    try:
        return load_pem_private_key(content, secret or None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise LakekitError(
            f"cannot be read as a private key: {error}",
            where=str(file),
            fix=f"pass a PEM file (PKCS #8) and set its passphrase in {setting}",
        ) from error


def generate(file: Path, passphrase: str | None) -> str:
    """Create a private key file with mode 0600; return the public key.

    Raises:
        FileExistsError: The file exists.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    protection: Any = (
        serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
    )
    text = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(text)
    return _encode_public_key(key)


def fingerprint(encoded: str) -> str:
    """Return the fingerprint (`SHA256:…`) of a public key, as in RSA_PUBLIC_KEY_FP of DESCRIBE USER."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(base64.b64decode(encoded)).digest()).decode()


def _encode_public_key(key: Any) -> str:
    from cryptography.hazmat.primitives import serialization

    der = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()
