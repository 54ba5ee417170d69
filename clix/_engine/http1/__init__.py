"""HTTP/1.1 on connections of our own: opened, used, kept, and what was seen on them. Knows nothing of Clix."""
