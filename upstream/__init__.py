"""How to speak to the other systems: the only room of the house that knows HTTP."""
