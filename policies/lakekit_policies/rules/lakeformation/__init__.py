"""Rules for Lake Formation settings, grants, filters and locations."""
