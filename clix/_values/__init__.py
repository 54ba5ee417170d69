"""What travels between the layers: errors, fates, values, options, and the checks that they pass."""
