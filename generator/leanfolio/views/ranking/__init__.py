"""The ranking page: order, cut line, sensitivity, sequence, and how scores changed."""
