"""The command for terminals without a screen: one file a command, never Textual (experience.md §1)."""
