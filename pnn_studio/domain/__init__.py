"""Frozen values that every other package exchanges; no torch, no Qt."""
