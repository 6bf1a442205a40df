"""What a network computed for one input, layer by layer."""
