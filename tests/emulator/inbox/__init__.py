"""The page that shows what the emulator delivered."""
