"""The catalogue: one listing, three offers, and everything that reads or changes it."""
