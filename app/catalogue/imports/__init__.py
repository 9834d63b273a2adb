"""Listings from files: read, mapped, checked and written in batches."""
