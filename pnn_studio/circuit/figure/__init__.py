"""The printed schematic: a layer, the cells, and sheets of them, in millimetres."""
