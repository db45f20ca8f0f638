"""The commands of Winze."""
