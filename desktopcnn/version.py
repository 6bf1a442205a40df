"""The version of the program, in its one place."""

__version__ = "0.1.0"
