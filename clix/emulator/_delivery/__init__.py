"""From an accepted push to the phones that it reaches."""
