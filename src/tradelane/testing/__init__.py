"""What we test with and ship: contract suites, practice partners, the virtual clock, strategies, the store in memory."""
