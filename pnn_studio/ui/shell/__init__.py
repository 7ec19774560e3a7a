"""The window itself: menus, palette, tour, arrangement; it knows all others."""
