"""Help for people: frequent questions, the searches that they keep, and what they say of us."""
