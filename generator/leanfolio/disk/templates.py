"""Where the templates lie: inside the installed package, or in its repository."""

from pathlib import Path


def templates_folder() -> Path:
    """The folder of the templates, with the theme and the starter in it."""
    packaged = Path(__file__).parents[1] / "templates"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "templates"
