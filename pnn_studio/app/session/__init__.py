"""The current design session: what is designed, trained, checked and selected, with undo."""
