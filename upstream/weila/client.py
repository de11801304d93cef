"""The typed client: one method an operation, named after it."""

from typing import BinaryIO

from upstream.call import Upload
from upstream.weila.caller import Caller, Credential
from upstream.weila.directory import DirectoryMethods
from upstream.weila.groups import GroupMethods
from upstream.weila.organization import OrganizationMethods
from upstream.weila.reading import needed
from upstream.weila.sign_in import SignInMethods
from upstream.weila.types import Uploaded

__all__ = ["Credential", "Weila"]


class UploadMethods(Caller):
    """The two uploads (weila.md, the first two operations). A file is streamed, and never sent again by
    itself."""

    def avatar_upload(
        self, file: BinaryIO, *, filename: str, content_type: str = "application/octet-stream"
    ) -> Uploaded:
        """Upload a picture of at most 4 MB (weila.md, 上传头像)."""
        upload = Upload(file, filename, content_type)
        return self._call("avatar_upload", needed(Uploaded), upload=upload).value

    def file_upload(
        self, file: BinaryIO, *, filename: str, content_type: str = "application/octet-stream"
    ) -> Uploaded:
        """Upload a file of at most 100 MB (weila.md, 上传文件)."""
        upload = Upload(file, filename, content_type)
        return self._call("file_upload", needed(Uploaded), upload=upload).value


class Weila(UploadMethods, SignInMethods, OrganizationMethods, DirectoryMethods, GroupMethods):
    """Weila for one session.

    Made for each request or job: it is cheap, the connections are in ``http``. ``credential`` may be left
    out for the operations that need no token. ``deadline`` gives each call so many seconds in place of what its
    pace allows, for whoever makes somebody wait for a page. Passwords are given in plain text (``Password``) and hashed
    here, only here. All methods raise the family of ``upstream.errors``.
    """
