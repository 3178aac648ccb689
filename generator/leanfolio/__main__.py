"""`python -m leanfolio` is the command `leanfolio`."""

from leanfolio.cli import run

if __name__ == "__main__":
    run()
