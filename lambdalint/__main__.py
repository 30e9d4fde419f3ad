"""The program as a process of its own: the command `lambdalint`, and `python -m lambdalint`."""

from __future__ import annotations

import atexit
import gc


def collect_rarely() -> None:
    """Look for garbage more rarely than by default: what a run makes it keeps until the process ends.

    That takes a tenth of a short run.
    """
    gc.set_threshold(200_000, *gc.get_threshold()[1:])


def run() -> None:
    """Run the command line that this process was started with."""
    collect_rarely()
    atexit.register(gc.freeze)  # To look once more at the end is for nothing.

    from lambdalint.cli import main  # what its modules make is kept as well

    main()


if __name__ == "__main__":
    run()
