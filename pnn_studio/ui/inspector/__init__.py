"""The inspector at the right."""
