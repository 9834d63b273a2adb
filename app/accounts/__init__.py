"""Accounts: who somebody is, and the one-time codes that prove it."""
