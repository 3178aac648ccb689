"""Doors to the disk and to git: content is read, files and sites are written."""
