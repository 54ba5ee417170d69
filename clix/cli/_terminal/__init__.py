"""Output, colour, Ctrl-C and exit codes."""
