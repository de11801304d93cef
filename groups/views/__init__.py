"""The pages of the room: each view parses input, calls the domain, renders."""
