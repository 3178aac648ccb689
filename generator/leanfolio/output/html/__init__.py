"""HTML and SVG: pages, drawings and the bodies of Markdown."""
