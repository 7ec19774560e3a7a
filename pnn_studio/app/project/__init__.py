"""A project and its files, while it is open."""
