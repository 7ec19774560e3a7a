"""Plots that several tabs use."""
