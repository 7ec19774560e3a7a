"""A study: its sweeps, and what they say together."""
