"""The corridor: walks work through the rooms."""
