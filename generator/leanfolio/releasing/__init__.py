"""Published increments side by side: built from tags, carried over, listed, thinned out."""
