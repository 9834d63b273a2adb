"""What staff reads across all domains."""
