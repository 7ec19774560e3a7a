"""What leaves the program: figures, netlists, tables, plots and the report of a design."""
