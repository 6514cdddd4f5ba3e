"""The `hearth` command, a file a subcommand."""
