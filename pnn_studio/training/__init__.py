"""Data sets, objective, schedule and the engine that trains a family of designs."""
