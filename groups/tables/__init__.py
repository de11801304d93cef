"""Groups, and who is in them, as tables: what an import reads, and an export writes so that it comes back."""


def register() -> None:
    """Make the tables of this room known, and what can be wrong with their cells."""
    from groups.tables import directory, vocabulary

    directory.register_tables()
    vocabulary.register()
