"""The trust boundary as one object: what is inside, what is outside, and what cannot be decided."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, Final

from lakekit_policies import wildcards
from lakekit_policies.boundary import arns, references
from lakekit_policies.boundary.membership import Membership
from lakekit_policies.boundary.oidc_subjects import names_owner

_INSIDE, _OUTSIDE, _UNKNOWN = Membership.INSIDE, Membership.OUTSIDE, Membership.UNKNOWN
_EMPTY: Final[Mapping[str, Any]] = MappingProxyType({})
AWS_MANAGED: Final = "aws"
"""Account field of ARNs of resources that AWS publishes, such as ``arn:aws:iam::aws:policy/ReadOnlyAccess``."""


@dataclass(frozen=True, slots=True)
class TrustBoundary:
    """Accounts, organizations, identities, networks and destinations that a configuration trusts.

    Two kinds exist. A *stated* boundary comes from the environment file or from options: what it does not name is
    outside. A *derived* boundary is what a plan shows of itself: accounts that it does not show are outside if it
    shows any, and everything else that it does not show is unknown. An account that it only suggests is never inside.

    Methods ``contains_…`` take literals or references as rules see them (``${aws_kms_key.lake.arn}``, or
    ``aws_kms_key.lake.arn``): resources of the same configuration are inside, values known only to Terraform are
    unknown. Values with wildcards are inside if everything they match is inside.
    """

    accounts: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    """Account id to the reason why it is trusted."""
    suggested_accounts: tuple[str, ...] = ()
    """Accounts that a plan without proof of its account names as its own: unknown. If it is one, others are outside."""
    organizations: tuple[str, ...] = ()
    """Ids of AWS Organizations, ``o-…``."""
    oidc_subjects: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _EMPTY)
    """Host of an OIDC provider to patterns of its subjects: ``repo:acme/lake:*``."""
    vpcs: tuple[str, ...] = ()
    vpc_endpoints: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    """Address ranges in CIDR notation."""
    mail_domains: tuple[str, ...] = ()
    """Domains of mail addresses; their subdomains are not included."""
    image_registries: tuple[str, ...] = ()
    """Prefixes of container images: ``public.ecr.aws/emr-serverless/``. ECR of an account inside is inside."""
    snowflake_accounts: tuple[str, ...] = ()
    """``ORGANIZATION.ACCOUNT``, upper case."""
    buckets: tuple[str, ...] = ()
    """Names of S3 buckets of other configurations."""
    hosts: tuple[str, ...] = ()
    """Host names; ``*.acme.example`` includes all subdomains."""
    principals: tuple[str, ...] = ()
    """ARNs of single principals of other accounts, such as the user of a Snowflake integration of the plan."""
    canonical_users: tuple[str, ...] = ()
    """S3 canonical user ids of accounts inside."""
    allowed_actions: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    """Kind of action outside of the plan (see ``action_kinds``) to the reason why it is allowed."""
    trusted_expressions: tuple[str, ...] = ()
    """Expressions whose value is inside, such as a local value with the user of a Snowflake integration."""
    stated: bool = False

    def contains_account(self, value: str) -> Membership:
        """An account id."""
        if references.is_reference(value):
            return self._reference(value)
        if value in self.accounts:
            return _INSIDE
        if not arns.is_account(value):
            return self._wildcard_account(value)
        if value in self.suggested_accounts and not self.stated:
            return _UNKNOWN
        return _OUTSIDE if self.stated or self.accounts or len(self.suggested_accounts) == 1 else _UNKNOWN

    def contains_arn(self, value: str) -> Membership:
        """The owner of the resource or principal with an ARN; a bucket by its name."""
        if references.is_reference(value):
            return self._reference(value)
        if value in self.principals:
            return _INSIDE
        arn = arns.parse(value)
        if arn is not None and arn.account:
            return _INSIDE if arn.account == AWS_MANAGED else self.contains_account(arn.account)
        if arn is not None and arn.service in ("s3", "*"):
            return self.contains_bucket(arn.resource.partition("/")[0])
        return _OUTSIDE if "*" in value else _UNKNOWN

    def contains_organization(self, value: str) -> Membership:
        """An organization id."""
        return self._listed(value, self.organizations)

    def contains_organization_path(self, value: str) -> Membership:
        """An ``aws:PrincipalOrgPaths`` value, ``o-…/r-…/ou-…/*``: its organization."""
        return self.contains_organization(value.partition("/")[0])

    def contains_vpc(self, value: str) -> Membership:
        """A VPC id."""
        return self._listed(value, self.vpcs)

    def contains_vpc_endpoint(self, value: str) -> Membership:
        """A VPC endpoint id."""
        return self._listed(value, self.vpc_endpoints)

    def contains_network(self, value: str) -> Membership:
        """An address range; a wide one is outside, whatever the boundary states."""
        if references.is_reference(value):
            return self._reference(value)
        try:
            network = ipaddress.ip_network(value, strict=False)
        except ValueError:
            return _OUTSIDE
        known = (ipaddress.ip_network(one, strict=False) for one in self.networks)
        if any(network.version == one.version and network.subnet_of(one) for one in known):  # type: ignore[arg-type]
            return _INSIDE
        # Ranges wider than /16 belong to more than one company.
        too_wide = network.prefixlen < (16 if network.version == 4 else 32)
        return _OUTSIDE if self.stated or self.networks or too_wide else _UNKNOWN

    def contains_oidc_subject(self, provider: str, pattern: str) -> Membership:
        """Every subject of an OIDC provider that a pattern matches.

        Args:
            provider: host of the issuer, with its path: ``token.actions.githubusercontent.com``.
            pattern: pattern of the subject claim.
        """
        if references.is_reference(pattern):
            return references.membership(pattern)
        known = self.oidc_subjects.get(provider.removeprefix("https://").rstrip("/"), ())
        if wildcards.includes(known, pattern):
            return _INSIDE
        return _UNKNOWN if not self.stated and not known and names_owner(pattern) else _OUTSIDE

    def contains_mail_address(self, value: str) -> Membership:
        """A mail address, by its domain."""
        if references.is_reference(value):
            return self._reference(value)
        return self._listed(value.rpartition("@")[2].lower(), self.mail_domains)

    def contains_image(self, value: str) -> Membership:
        """A container image: by the account of its ECR registry, or by the stated prefixes."""
        if references.is_reference(value):
            return self._reference(value)
        account = arns.ecr_account(value)
        if account:
            return self.contains_account(account)
        if any(value.startswith(prefix.rstrip("/") + "/") for prefix in self.image_registries):
            return _INSIDE
        return _OUTSIDE if self.stated or self.image_registries else _UNKNOWN

    def contains_snowflake_account(self, value: str) -> Membership:
        """A Snowflake account, ``ORGANIZATION.ACCOUNT`` or ``organization-account``."""
        if references.is_reference(value):
            return self._reference(value)
        return self._listed(value.strip('"').upper().replace("-", "."), self.snowflake_accounts)

    def contains_bucket(self, value: str) -> Membership:
        """An S3 bucket, by its name."""
        return self._listed(value, self.buckets)

    def contains_host(self, value: str) -> Membership:
        """A host name, without scheme, port and path; ``*.acme.example`` for all subdomains."""
        if value.startswith("*.") and "*" not in value[2:] and not self.stated and not self.hosts:
            return _UNKNOWN
        return self._listed(value.lower().rstrip("."), self.hosts)

    def contains_canonical_user(self, value: str) -> Membership:
        """An S3 canonical user id."""
        return self._listed(value, self.canonical_users)

    def to_dict(self) -> dict[str, Any]:
        """The stated parts as JSON; empty values are left out."""
        written: dict[str, Any] = {}
        for entry in fields(self):
            value = getattr(self, entry.name)
            if not value or entry.name in ("stated", "suggested_accounts"):
                continue
            if isinstance(value, Mapping):
                written[entry.name] = {key: list(v) if isinstance(v, tuple) else v for key, v in value.items()}
            else:
                written[entry.name] = list(value)
        return written

    def _reference(self, value: str) -> Membership:
        return (
            _INSIDE
            if set(references.expressions(value)) <= set(self.trusted_expressions)
            else references.membership(value)
        )

    def _listed(self, value: str, known: tuple[str, ...]) -> Membership:
        if references.is_reference(value):
            return self._reference(value)
        if wildcards.includes(known, value):
            return _INSIDE
        if wildcards.has_wildcards(value):
            return _OUTSIDE
        return _OUTSIDE if self.stated or known else _UNKNOWN

    def _wildcard_account(self, value: str) -> Membership:
        """A value that is not an account id: outside if it is a pattern, which several accounts match."""
        return _OUTSIDE if {"*", "?"} & set(value) or self.stated else _UNKNOWN
