"""Housekeeping of the output folder (`cdktf.out`): nothing that other programs wrote is deleted."""
