"""The contracts of our ports as test suites: who writes another implementation subclasses one, with a fixture."""
