"""`python -m textlstm` is the command `textlstm`."""

from textlstm.cli import main

main()
