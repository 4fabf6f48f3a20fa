"""What may go wrong below a decision, whatever the adapter. Few, and named."""


class OutcomeUnknown(Exception):
    """The commit failed after the work was done: it may or may not be stored. Ask again with the same ids."""


class Unavailable(Exception):
    """The database cannot be reached or cannot write (disk full, locked). Nothing was done; try later."""
