"""Formats: bytes to messages and back. Each is pure and has `decode` and `encode`."""
