"""Generators of reference pages: each module renders Markdown from the code it documents."""
