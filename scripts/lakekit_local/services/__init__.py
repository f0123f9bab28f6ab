"""Handlers that extend moto, by AWS service. The server imports every module of this package."""
