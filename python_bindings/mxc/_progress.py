"""Says on stderr what a long compile is at."""

from __future__ import annotations

import sys
import threading
import time
from typing import Callable, Optional, Union

#: None: lines on stderr once a compile takes long; True: at once; False: never; or who is told each stage.
Progress = Union[None, bool, Callable[[str], None]]

_PATIENCE = 2.0  # seconds


class Reporter:
    """Takes the stages of one compile; a context that ends with it."""

    def __init__(self, name: str, progress: Progress) -> None:
        self._name, self._progress = name, progress
        self._stage, self._start = "traced", time.monotonic()
        self._timer: Optional[threading.Timer] = None

    def __enter__(self) -> "Reporter":
        if self._progress is None:
            self._timer = threading.Timer(_PATIENCE, self._print)
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer:
            self._timer.cancel()

    def __call__(self, stage: str) -> None:
        self._stage = stage
        if callable(self._progress):
            self._progress(stage)
        elif self._progress or self._progress is None and time.monotonic() - self._start > _PATIENCE:
            self._print()

    def _print(self) -> None:
        seconds = time.monotonic() - self._start
        print(f"mxc: {self._name}: {self._stage} … {seconds:.1f} s", file=sys.stderr, flush=True)
