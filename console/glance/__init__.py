"""What home shows: each room's numbers as tiles, sentences and charts, and the list behind each.

A room knows its numbers (``orgs.insights``); here they get their words and addresses. A further room is one more
function that makes a ``Part`` of its numbers, and one more argument of ``together``.
"""

from console.glance.directory import directory
from console.glance.groups import groups
from console.glance.parts import Part, together

__all__ = ["Part", "directory", "groups", "together"]
