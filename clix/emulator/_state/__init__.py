"""What an emulated Clix remembers: users, devices, messages, campaigns, history."""
