"""What compiled training is made of: arithmetic, cells and crossbars of one design at a time.

The modules of this package are written in the part of Python that numba compiles: loops over
arrays of two and three dimensions, samples innermost. No array views are taken, for each would
cost reference counts, and no index is a sum in the innermost place, for that keeps a loop from
being vectorised. Nothing is compiled, and no file touched, when they are imported.
"""
