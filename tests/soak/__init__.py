"""Long random histories of the contracts: the machines' own rules, played without a test runner."""
