"""The kernels of a layer, or whatever weights it has."""
