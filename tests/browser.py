"""A page in headless Chromium, by the DevTools protocol over a pipe, so that nothing but the browser is needed.

https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
"""The browser of this machine, if there is one."""

PATIENCE = 60
"""Seconds after which a browser that says nothing is broken."""

KEYS = {
    "Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40,
}  # fmt: skip
"""The keys that are pressed by name, with their numbers."""


class Page:
    """The one page of a browser."""

    def __init__(self, sending: int, receiving: int) -> None:
        self._sending, self._receiving = sending, receiving
        self._rest, self._last = b"", 0
        self.events: list[dict[str, Any]] = []
        """All that the browser has told by itself."""
        self._session: dict[str, str] = {}
        target = self("Target.createTarget", url="about:blank")["targetId"]
        attached = self("Target.attachToTarget", targetId=target, flatten=True)
        self._session = {"sessionId": attached["sessionId"]}
        for domain in ("Page", "Network", "Runtime", "Log"):
            self(f"{domain}.enable")

    def __call__(self, method: str, **parameters: Any) -> dict[str, Any]:
        """What the browser answers to a method of the protocol."""
        self._last += 1
        asked = {"id": self._last, "method": method, "params": parameters, **self._session}
        rest = json.dumps(asked).encode() + b"\0"
        while rest:
            rest = rest[os.write(self._sending, rest) :]
        while True:
            told = self._next()
            if told.get("id") == self._last:
                assert "error" not in told, told["error"]
                result: dict[str, Any] = told["result"]
                return result

    def _next(self) -> dict[str, Any]:
        until = time.monotonic() + PATIENCE
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._receiving], [], [], max(0, until - time.monotonic()))
            assert ready, "the browser says nothing"
            read = os.read(self._receiving, 1 << 20)
            assert read, "the browser has ended"
            self._rest += read
        first, _, self._rest = self._rest.partition(b"\0")
        told: dict[str, Any] = json.loads(first)
        if "id" not in told:
            self.events.append(told)
        return told

    def told(self, method: str) -> list[dict[str, Any]]:
        """What was told by itself under a name."""
        return [each["params"] for each in self.events if each["method"] == method]

    def sized(self, width: int, height: int, *, dark: bool = False, printed: bool = False) -> None:
        """Have the page on a screen of some size, in light or dark, or on paper."""
        phone = width < 600
        self("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone)
        wish = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self("Emulation.setEmulatedMedia", media="print" if printed else "screen", features=[wish])

    def open(self, address: str) -> None:
        """Go to an address, until it is loaded and has drawn."""
        # From elsewhere, as going from one place of a page to another loads nothing.
        for each in ("about:blank", address):
            loaded = len(self.told("Page.loadEventFired"))
            self("Page.navigate", url=each)
            while len(self.told("Page.loadEventFired")) <= loaded:
                self._next()
        until = time.monotonic() + PATIENCE
        while not self.run("!document.getElementById('canvas') || Boolean(document.querySelector('.node'))"):
            assert time.monotonic() < until, "the page draws nothing"
            self.settle()
        self.settle()

    def settle(self, milliseconds: int = 60) -> None:
        """Wait until what was asked for is drawn."""
        drawn = f"requestAnimationFrame(() => setTimeout(() => requestAnimationFrame(done), {milliseconds}))"
        self.run(f"new Promise((done) => {drawn})")

    def run(self, script: str) -> Any:
        """What a script gives in the page, as plain data."""
        told = self("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    def text(self, selector: str) -> str:
        """What is to be read in an element."""
        return " ".join(self.run(f"document.querySelector({json.dumps(selector)}).textContent").split())

    def press(self, key: str, *, shift: bool = False) -> None:
        """Press a key."""
        told = {"key": key, "code": "Space" if key == " " else key, "windowsVirtualKeyCode": KEYS[key]}
        text = {"Enter": "\r", " ": " "}.get(key)
        modifiers = 8 if shift else 0
        down = {**told, **({"text": text} if text else {})}
        self("Input.dispatchKeyEvent", type="keyDown", modifiers=modifiers, **down)
        self("Input.dispatchKeyEvent", type="keyUp", modifiers=modifiers, **told)
        self.settle()

    def type(self, text: str) -> None:
        """Type a text where the focus is."""
        self("Input.insertText", text=text)
        # The page waits a moment for what else is typed.
        self.settle(200)

    def click(self, selector: str) -> None:
        """Click in the middle of an element, as somebody does who sees it there."""
        element = f"document.querySelector({json.dumps(selector)})"
        box, before = self._middle(element), None
        while box != before:
            box, before = self._middle(element), box
        for kind in ("mousePressed", "mouseReleased"):
            self("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)
        self.settle()

    def _middle(self, element: str) -> Any:
        """Where the middle of an element is once it is in sight: what comes into sight may move what is beside it."""
        self.run(f"{element}.scrollIntoView({{block: 'center', inline: 'center'}})")
        self.settle()
        box = "({left, top, width, height}) => [left + width / 2, top + height / 2]"
        return self.run(f"({box})({element}.getBoundingClientRect())")

    def picture(self, *, whole: bool = False) -> bytes:
        """What is to be seen, as a PNG; of the whole page, or of what the screen shows of it."""
        return b64decode(self("Page.captureScreenshot", captureBeyondViewport=whole)["data"])

    def paper(self) -> bytes:
        """The page printed, as a PDF."""
        self("Emulation.setEmulatedMedia", media="")
        return b64decode(self("Page.printToPDF", printBackground=False)["data"])


@contextmanager
def chromium(profile: Path) -> Iterator[Page]:
    """A page in a browser of its own, which keeps what it must in a directory."""
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()
    asked = [
        str(CHROMIUM), "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
        "--hide-scrollbars", "--remote-debugging-pipe", f"--user-data-dir={profile}",
    ]  # fmt: skip
    # The protocol is spoken over the descriptors 3 and 4.
    process = subprocess.Popen(
        ["bash", "-c", f'exec 8<&{theirs_in} 9>&{theirs_out} 3<&8 4>&9; exec "$@"', "bash", *asked],
        pass_fds=(theirs_in, theirs_out),
        stderr=subprocess.DEVNULL,
    )
    os.close(theirs_in)
    os.close(theirs_out)
    try:
        yield Page(ours_out, ours_in)
    finally:
        os.close(ours_out)
        os.close(ours_in)
        process.terminate()
        process.wait(PATIENCE)
