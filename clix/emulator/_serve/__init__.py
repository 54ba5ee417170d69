"""Running an emulator: the server, its command line, and the file that keeps its state."""
