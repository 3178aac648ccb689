"""View: what each page shows, decided before any template runs."""
