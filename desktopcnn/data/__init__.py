"""Data sets, and the way from a drawing or picture to the frame a network reads."""
