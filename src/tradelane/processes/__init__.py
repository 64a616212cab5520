"""Processes: flows across objects and time. Events in, requests out; one process per file."""
