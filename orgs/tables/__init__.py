"""The directory as tables: what an import reads, and an export writes so that an import takes it back."""


def register() -> None:
    """Make the tables of this room known, and what can be wrong with their cells."""
    from orgs.tables import directory, vocabulary

    directory.register_tables()
    vocabulary.register()
