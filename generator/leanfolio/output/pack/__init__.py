"""The board pack on paper and as slides: printed once, so that both say the same."""
