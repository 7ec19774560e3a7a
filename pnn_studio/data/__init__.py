"""Tables as people have them, read into data sets; no torch."""
