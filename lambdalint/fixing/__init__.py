"""Fixes: what checks want changed, made in the files, again and again until nothing is left to be done.

For an editor: `edits(finding.problem.fix, read)` gives the edits of one finding and writes nothing; `read` gives the
text of a file, also of one that is open and not saved. The edits are of the texts that the finding was made of.
"""

from __future__ import annotations

from lambdalint.fixing.edits import Read, edits, proposed, reads_on, together
from lambdalint.fixing.rounds import Fixed, fixed
from lambdalint.fixing.texts import applied, diff

__all__ = ["Fixed", "Read", "applied", "diff", "edits", "fixed", "proposed", "reads_on", "together"]
