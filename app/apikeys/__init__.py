"""API keys of the tenant face: issued once, kept as a hash."""
