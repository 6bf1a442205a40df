"""Networks as data: layer specs, architectures, weights files."""
