"""What a run returns: counts, times, and the page that shows them."""
