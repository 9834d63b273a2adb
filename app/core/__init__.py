"""The kit that every domain and face builds on. It imports no domain."""
