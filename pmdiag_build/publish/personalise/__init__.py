"""One filled-in copy of a pack for each person of a list."""
