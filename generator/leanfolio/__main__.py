"""`python -m leanfolio` is the command `leanfolio`."""

from leanfolio.cli import main

if __name__ == "__main__":
    main()
