"""Finds names and values in the tokens of a document."""
