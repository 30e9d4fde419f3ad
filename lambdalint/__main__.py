"""The program as a process of its own: the command `lambdalint`, and `python -m lambdalint`."""

from __future__ import annotations

import atexit
import gc

from lambdalint.cli import main


def run() -> None:
    """Run the command line that this process was started with.

    What a run makes it keeps until the process ends: to look for garbage as often as by default, and once more at the
    end, takes a tenth of a short one.
    """
    gc.set_threshold(200_000, *gc.get_threshold()[1:])
    atexit.register(gc.freeze)
    main()


if __name__ == "__main__":
    run()
