"""Folded text that still knows where each character came from."""
