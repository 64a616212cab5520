"""Journal, queue and archive: what happened, what waits, and the bytes it came in."""
