"""Protocols: how bytes cross the boundary. Each passes the protocol contract suite."""
