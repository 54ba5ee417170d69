"""What Windows, macOS and other interpreters would show, shown on Linux."""
