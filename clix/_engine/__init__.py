"""How bytes leave and answers arrive: connections, pace, and what the calls of one session share."""
