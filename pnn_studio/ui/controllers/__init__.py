"""What the window does: QObjects between the session, the jobs and the widgets."""
