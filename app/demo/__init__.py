"""A demo that a newcomer can look at: an account, its listings, and a key."""
