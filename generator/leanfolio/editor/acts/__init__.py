"""Acts: what a person does to one item in a line, such as a check-in, as an edit of its file."""
