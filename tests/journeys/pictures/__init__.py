"""Takes the pictures of docs/pictures: every screen, on a phone and a desktop, light and dark."""
