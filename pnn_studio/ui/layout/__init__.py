"""The Layout tab and its start page."""
