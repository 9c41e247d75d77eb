"""How the app's table came to be."""
