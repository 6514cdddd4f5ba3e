"""Catalogue: audit lists and disease codes loaded, a graph made of them, bills counted, claims set against them."""
