"""How well one colour is read on another (WCAG 2.2, relative luminance), and the colours a stylesheet names. Pure."""

import re

NAMED = re.compile(r"--([a-z-]+):\s*(#[0-9a-f]{3,6})\b")


def colours(css: str, *selectors: str) -> dict[str, str]:
    """The custom properties of the first block after each selector, the later ones over the earlier."""
    found: dict[str, str] = {}
    for selector in selectors:
        at = 0
        for part in selector.split(" >> "):
            at = css.index(part, at) + len(part)
        found |= dict(NAMED.findall(css[at : css.index("}", at)]))
    return found


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
