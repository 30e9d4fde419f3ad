"""Objects of S3 that a program uploads part by part.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
"""

from __future__ import annotations

from lambdalint.code.facts import Handler
from lambdalint.meaning.operations import Operation, operation

_PARTS = frozenset({"upload_part", "upload_part_copy"})


def never_aborted(handler: Handler) -> Operation | None:
    """The request that begins an upload which the same program goes on with and completes, and never gives up."""
    asked = [found for call in handler.invocation_calls if (found := operation(call)) is not None]
    of_s3 = {each.name: each for each in reversed(asked) if each.service == "s3"}
    if not _PARTS.isdisjoint(of_s3) and "complete_multipart_upload" in of_s3 and not handler.bounded:
        return None if "abort_multipart_upload" in of_s3 else of_s3.get("create_multipart_upload")
    return None
