"""Pages of advances: asked for, signed, followed, paid back; and the page that a hospital opens with its link."""
