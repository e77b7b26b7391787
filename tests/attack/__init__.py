"""What can be worked out from results that were given out: rounds, what is published of them, and linear bounds."""
