"""Stays that guests book and pay for: the hold on their nights, the booking, and its whole life."""
