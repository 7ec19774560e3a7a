"""Netlists, ngspice, characterisation, check and schematic placement."""
