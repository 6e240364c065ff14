"""Home: Today, for each role. A window: it reads and changes nothing."""
