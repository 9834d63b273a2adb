"""What guests say about their stays, and what the hosts reply."""
