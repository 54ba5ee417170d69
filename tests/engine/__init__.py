"""The engine: connections, their failures, and how they are opened."""
