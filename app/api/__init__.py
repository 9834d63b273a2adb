"""The faces: HTTP in, HTTP out. Each speaks its own dialect over the same services."""
