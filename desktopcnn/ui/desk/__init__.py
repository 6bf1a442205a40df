"""The convolution desk: a window of its own with numbers to type."""
