"""Recipes, the training loop, and runs that survive a crash."""
