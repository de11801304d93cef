"""Browser and system by name, from what a browser says of itself: for people to recognize their own by."""

import re

# The first match counts: nearly every browser also claims to be Chrome, Safari and Mozilla.
_BROWSERS = (
    ("WeCom", r"wxwork/([\d.]+)"),
    ("WeChat", r"MicroMessenger/([\d.]+)"),
    ("DingTalk", r"DingTalk/([\d.]+)"),
    ("QQ Browser", r"M?QQBrowser/([\d.]+)"),
    ("UC Browser", r"UC?Browser/([\d.]+)"),
    ("Huawei Browser", r"HuaweiBrowser/([\d.]+)"),
    ("MIUI Browser", r"MiuiBrowser/([\d.]+)"),
    ("Edge", r"Edg(?:e|A|iOS)?/([\d.]+)"),
    ("Opera", r"OPR/([\d.]+)"),
    ("Samsung Internet", r"SamsungBrowser/([\d.]+)"),
    ("Firefox", r"(?:Firefox|FxiOS)/([\d.]+)"),
    ("Chrome", r"(?:Chrome|CriOS)/([\d.]+)"),
    ("Safari", r"Version/([\d.]+).* Safari/"),
)
_SYSTEMS = (
    ("HarmonyOS", r"HarmonyOS|OpenHarmony"),
    ("iOS", r"iPhone|iPod"),
    ("iPadOS", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("ChromeOS", r"CrOS"),
    ("macOS", r"Macintosh|Mac OS X"),
    ("Linux", r"Linux|X11"),
)


def browser(user_agent: str) -> str:
    """Name and main version, such as "Firefox 128"; empty when it is none that we know."""
    for name, pattern in _BROWSERS:
        if found := re.search(pattern, user_agent):
            return f"{name} {found[1].split('.')[0]}"
    return ""


def system(user_agent: str) -> str:
    """The operating system's name; empty when it is none that we know."""
    return next((name for name, pattern in _SYSTEMS if re.search(pattern, user_agent)), "")
