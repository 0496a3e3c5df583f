"""The vocabulary that every room shares: frozen values and enums, standard library only, no input or output."""
