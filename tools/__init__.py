"""The project's own development programs; none of this is in the wheel."""
