"""The entries of the registry of views, a module for each group of the navigation.

`views/registry.py` joins them in the order of the navigation.
"""
