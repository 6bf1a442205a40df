"""One cell of a layer: the numbers it was made of, painted."""
