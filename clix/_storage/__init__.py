"""SQLite files, written by one thread; shared by ledgers and webhook records."""
