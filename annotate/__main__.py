"""``python -m annotate`` is the command line."""

from annotate.cli import main

main()
