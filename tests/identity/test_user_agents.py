"""Browser and system of a user agent, as a person would call them."""

from __future__ import annotations

import pytest

from identity import user_agents

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
KIT = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0"
AGENTS = {
    f"{WINDOWS[:-1]}; rv:140.0) Gecko/20100101 Firefox/140.0": ("Firefox", "Windows"),
    f"{WINDOWS} {KIT} Safari/537.36": ("Chrome", "Windows"),
    f"{WINDOWS} {KIT} Safari/537.36 Edg/140.0.3485.54": ("Edge", "Windows"),
    f"{WINDOWS} {KIT} Safari/537.36 OPR/122.0.0.0": ("Opera", "Windows"),
    f"{WINDOWS} {KIT} Whale/4.33.325.17 Safari/537.36": ("Whale", "Windows"),
    f"Mozilla/5.0 (X11; Linux x86_64) {KIT} Safari/537.36": ("Chrome", "Linux"),
    f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {KIT} Safari/537.36": ("Chrome", "ChromeOS"),
    f"Mozilla/5.0 (Linux; Android 10; K) {KIT} Mobile Safari/537.36": ("Chrome", "Android"),
    "Mozilla/5.0 (Linux; Android 15; SM-S931B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 "
    "Chrome/130.0.0.0 Mobile Safari/537.36": ("Samsung Internet", "Android"),
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 "
    "Safari/605.1.15": ("Safari", "macOS"),
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 "
    "Mobile/15E148 Safari/604.1": ("Safari", "iPhone"),
    "Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0.7339.39 "
    "Mobile/15E148 Safari/604.1": ("Chrome", "iPad"),
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/143.0 "
    "Mobile/15E148 Safari/605.1.15": ("Firefox", "iPhone"),
    "curl/8.5.0": ("curl", ""),
    "python-requests/2.32.4": ("python-requests", ""),
    "my-crm-sync/1.4 (Linux)": ("my-crm-sync", "Linux"),
    "Mozilla/5.0 (compatible; something nobody knows)": ("", ""),
    "": ("", ""),
    "<script>alert(1)</script>": ("", ""),
    "https://evil.example/1": ("", ""),
}


@pytest.mark.parametrize(("user_agent", "called"), AGENTS.items())
def test_a_device_is_called_what_people_call_it(user_agent: str, called: tuple[str, str]) -> None:
    assert (user_agents.browser(user_agent), user_agents.system(user_agent)) == called
