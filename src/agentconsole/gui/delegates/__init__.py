"""Painting of cells and rows."""
