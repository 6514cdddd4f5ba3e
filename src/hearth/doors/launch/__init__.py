"""Starting and stopping what Hearth runs on: the embedded PostgreSQL and the children of `hearth run`."""
