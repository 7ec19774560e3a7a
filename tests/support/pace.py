"""How fast this machine is now, for bounds on time that hold on a slower or a busier one, too."""

import time

from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter, QPainterPath

# what `_work` took on the machine on which the bounds were set, of a core and undisturbed
_SET_ON_S = 1.3e-3


def _work(image):
    """Do what a window does: some Python, some curves."""
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for row in range(40):
        path = QPainterPath(QPointF(0, row))
        for step in range(30):
            path.lineTo(8.0 * step, 6.0 * row + (step * step + row) % 7)
        painter.drawPath(path)
    painter.end()


def slowness():
    """Return how many times longer work takes here than where the bounds were set; at least 1.

    Of the time of this thread alone: what other programs take of the cores counts only as far as
    they slow this one down while it runs, as memory and shared cores do.
    """
    image = QImage(320, 240, QImage.Format.Format_RGB32)
    took = []
    for _ in range(15):
        begin = time.thread_time()
        _work(image)
        took.append(time.thread_time() - begin)
    took.sort()
    return max(1.0, took[len(took) // 2] / _SET_ON_S)
