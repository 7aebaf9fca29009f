"""Who else may see a run: rooms, in which a class follows one presenter from its own devices."""
