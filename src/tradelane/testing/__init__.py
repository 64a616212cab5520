"""What we test with and ship: contract suites, practice partners, the virtual clock, the store in memory."""
