"""Governance: Lake Formation settings, LF-tags, grants, cell filters and data roles."""

from __future__ import annotations

from lakekit.governance.cell_filter import CellFilter
from lakekit.governance.data_role import DataRole, data_role_arn
from lakekit.governance.lake_formation import LakeFormationSettings, LakeLocations, LakeTags
from lakekit.governance.lake_formation_grants import TagGrant
from lakekit.governance.lf_tags import tag_column, tag_database, tag_table

__all__ = [
    "CellFilter",
    "DataRole",
    "LakeFormationSettings",
    "LakeLocations",
    "LakeTags",
    "TagGrant",
    "data_role_arn",
    "tag_column",
    "tag_database",
    "tag_table",
]
