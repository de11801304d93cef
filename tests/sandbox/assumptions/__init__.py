"""What each choice of each assumption changes over HTTP, in the sections of sandbox/assumptions.py."""

from tests.sandbox.assumptions import codes, directory, everywhere, groups, organization, sign_in

__all__ = ["codes", "directory", "everywhere", "groups", "organization", "sign_in"]
