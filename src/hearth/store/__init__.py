"""Our one Django app: models, migrations, and the named ways to read them."""
