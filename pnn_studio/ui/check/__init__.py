"""The Check tab: model against ngspice."""
