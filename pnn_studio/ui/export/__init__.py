"""Export: what, how it looks, where to."""
