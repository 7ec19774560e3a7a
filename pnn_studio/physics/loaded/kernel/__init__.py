"""The loaded model of one design, compiled: counterpart of `LoadedNetwork`, a tile at a time."""
