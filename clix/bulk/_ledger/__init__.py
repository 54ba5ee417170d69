"""What makes a run resumable: the protocol, the SQLite ledger, and what a resumed run still has to do."""
