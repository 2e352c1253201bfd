"""The live screen, its plain-text twin, keys and sounds."""
