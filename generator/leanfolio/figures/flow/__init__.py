"""Flow: how long work takes, and how much of it there is."""
