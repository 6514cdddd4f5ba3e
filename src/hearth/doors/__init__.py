"""The thin ways in: pages, interfaces, files and commands; the only room that reads the clock."""
