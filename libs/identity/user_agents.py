"""Browser and system of a user agent, as a person would call them.

A few names in the order in which they must be looked for: every browser claims to be the ones before it. Whoever
lies here deceives only who reads their own list of sessions.
"""

from __future__ import annotations

import re

# `Edg/` stands beside `Chrome/`, and `Chrome/` beside `Safari/`: the more particular comes first.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Whale/", "Whale"),
    ("Vivaldi/", "Vivaldi"),
    ("KAKAOTALK", "KakaoTalk"),
    ("NAVER(", "NAVER"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
# Programs name themselves first: `curl/8.5.0`, `python-requests/2.32`.
PROGRAM = re.compile(r"([A-Za-z][A-Za-z0-9._-]{1,39})/[0-9]")


def browser(user_agent: str) -> str:
    """`Firefox`, or a program's own name; empty for what we do not understand."""
    if user_agent.startswith("Mozilla/"):
        return next((name for mark, name in BROWSERS if mark in user_agent), "")
    found = PROGRAM.match(user_agent)
    return found[1] if found else ""


def system(user_agent: str) -> str:
    """`Windows`, `iPhone`; empty for what we do not understand."""
    return next((name for mark, name in SYSTEMS if mark in user_agent), "")
