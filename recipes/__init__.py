"""Recipes: one file each, to run, read, copy and own."""
