"""Prints of a design that came out other than drawn: computed, counted, rounded."""
