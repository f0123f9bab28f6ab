"""Where data can go and where code comes from: destinations in the arguments of any resource."""

from lakekit_policies.destinations.extract import destinations
from lakekit_policies.destinations.membership import membership
from lakekit_policies.destinations.model import Destination, Kind

__all__ = ["Destination", "Kind", "destinations", "membership"]
