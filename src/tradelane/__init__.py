"""Tradelane."""
