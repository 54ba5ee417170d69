"""The state of an emulator: users, devices, campaigns, and the history of messages, events and requests."""
