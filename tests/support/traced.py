"""Follows the wires of a drawing, knowing nothing of what drew it.

Wires join where they end at the same point, and where one ends on another at a dot. Points with
the same label are one net.
"""

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise


def spot(x, y):
    """Return a point that can be compared."""
    return round(x, 3), round(y, 3)


class Traced:
    """Nets of pins, found by following wires."""

    def __init__(self, wires, dots, labels=(), *, dots_needed=True):
        """Take wires as polylines, dots as points, labels as (name, point)."""
        self.parent = {}
        dots = {spot(*each) for each in dots}
        pieces = [(spot(*a), spot(*b)) for points in wires for a, b in pairwise(points) if a != b]
        across, up = defaultdict(list), defaultdict(list)
        for a, b in pieces:
            self.join(a, b)
            kept, key = (across, a[1]) if a[1] == b[1] else (up, a[0])
            kept[key].append((min(a, b), max(a, b)))
        self.pieces, self.dots, self.undotted = pieces, dots, set()
        ends = {each for piece in pieces for each in piece}
        for point in ends | dots:
            for a, b in (*across[point[1]], *up[point[0]]):
                if not a < point < b:
                    continue
                if point in dots or not dots_needed:
                    self.join(a, point)
                elif point in ends:
                    self.undotted.add(point)
        for name, point in labels:
            self.join(("label", name), spot(*point))
        self.on_row, self.on_column = defaultdict(list), defaultdict(list)
        for point in dots:
            self.on_row[point[1]].append(point)
            self.on_column[point[0]].append(point)

    def find(self, each):
        root = each
        while self.parent.setdefault(root, root) != root:
            root = self.parent[root]
        while self.parent[each] != root:
            self.parent[each], each = root, self.parent[each]
        return root

    def join(self, a, b):
        self.parent[self.find(a)] = self.find(b)

    def names(self):
        """Return the label of every net that has one, by its root; nets have one at most."""
        found = {}
        for each in list(self.parent):
            if isinstance(each[0], str) and each[0] == "label":
                assert found.setdefault(self.find(each), each[1]) == each[1]
        return found

    def nets(self, pins: Iterable, names):
        """Return the net names of points, ``None`` where a net has no label."""
        return tuple(names.get(self.find(spot(*each))) for each in pins)

    def ways(self):
        """Count for every dot how many wires leave it."""
        counts = dict.fromkeys(self.dots, 0)
        for a, b in self.pieces:
            for point in {*self.on_row[a[1]], *self.on_column[a[0]]}:
                if min(a, b) <= point <= max(a, b) and (
                    point[1] == a[1] == b[1] or point[0] == a[0] == b[0]
                ):
                    counts[point] += 1 if point in (a, b) else 2
        return counts
