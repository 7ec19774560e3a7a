"""Prints every text of every tab with its place: ``python -m tests.support.painted_views``.

A program of its own, because how fine the screen is (QT_SCALE_FACTOR) is asked for at the start.
"""

import json
import time

from PySide6.QtCore import QPoint

from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.shell.app import make_application
from pnn_studio.ui.shell.main_window import MainWindow
from pnn_studio.ui.widgets.theme import Appearance
from tests.gui.conftest import ScriptedWorker
from tests.support.painted_text import painted_texts
from tests.support.projects import full_project
from tests.support.stillness import Stillness


def main():
    """Go through the tabs of a project."""
    application = make_application(["pnn-studio"])
    studio, appearance = Studio(ScriptedWorker), Appearance()
    window = MainWindow(studio, appearance)
    window.resize(1280, 720)
    window.show()
    studio.session.restore(full_project())
    for tab in range(window.tabs.count()):
        window.tabs.setCurrentIndex(tab)
        is_still = Stillness(window)
        while not is_still():
            application.processEvents()
            time.sleep(0.02)
        for each in painted_texts(window):
            corner = each.widget.mapTo(window, QPoint())
            ink = each.ink.translated(corner).getRect()
            print(json.dumps([tab, each.text, [round(side, 1) for side in ink]]))
    window.close()


if __name__ == "__main__":
    main()
