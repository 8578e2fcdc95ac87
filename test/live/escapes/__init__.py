"""Tables of attempts to get out of a container, a file a topic. Each file has a list ROWS."""
