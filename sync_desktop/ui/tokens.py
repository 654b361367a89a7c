"""The colours of the interface as data: one set for light, one for dark, and the pairs that are read on each other."""

from enum import StrEnum
from typing import NamedTuple


class Tone(StrEnum):
    """What a badge, a toast or a line says about itself; its word says the same."""

    ERROR = "error"
    WARNING = "warning"
    SUCCESS = "success"
    NEUTRAL = "neutral"
    ACCENT = "accent"


class Tokens(NamedTuple):
    """One colour scheme. Each value but `tick` is `#RRGGBB`.

    The `*_text` members are the colour for words on the soft ground of the same name: where the design's own colour
    misses 4.5:1 on that ground by a little, they are a shade darker.
    """

    background: str
    panel: str
    line: str
    text: str
    muted: str
    accent: str
    on_accent: str
    accent_soft: str
    accent_text: str
    selection: str
    error: str
    error_soft: str
    warning: str
    warning_soft: str
    warning_text: str
    success: str
    success_soft: str
    success_text: str
    neutral_soft: str
    neutral_text: str
    writes: str
    on_writes: str
    rail: str
    rail_text: str
    rail_selected: str
    rail_selected_text: str
    rail_alarm: str
    tick: str
    """The drawing of a tick, which a style sheet cannot colour."""

    def badge(self, tone: Tone) -> tuple[str, str]:
        """Return ground and text colour of a badge."""
        return {
            Tone.ERROR: (self.error_soft, self.error),
            Tone.WARNING: (self.warning_soft, self.warning_text),
            Tone.SUCCESS: (self.success_soft, self.success_text),
            Tone.ACCENT: (self.accent_soft, self.accent_text),
            Tone.NEUTRAL: (self.neutral_soft, self.neutral_text),
        }[tone]


LIGHT = Tokens(
    background="#F6F7F9",
    panel="#FFFFFF",
    line="#E3E6EB",
    text="#1B2330",
    muted="#667085",
    accent="#2F6FED",
    on_accent="#FFFFFF",
    accent_soft="#E8F0FE",
    accent_text="#1F5CD6",
    selection="#DCE8FD",
    error="#C6302B",
    error_soft="#FDECEB",
    warning="#9A6700",
    warning_soft="#FFF4D6",
    warning_text="#8F6000",
    success="#1A7F43",
    success_soft="#E5F5EC",
    success_text="#187740",
    neutral_soft="#EDEFF3",
    neutral_text="#5A6478",
    writes="#7A3E9D",
    on_writes="#FFFFFF",
    rail="#1E2633",
    rail_text="#AEB8C8",
    rail_selected="#323D50",
    rail_selected_text="#FFFFFF",
    rail_alarm="#C6302B",
    tick="tick_light.svg",
)

DARK = Tokens(
    background="#14181F",
    panel="#1B212B",
    line="#2B3442",
    text="#E6EAF0",
    muted="#93A0B4",
    accent="#6FA0FF",
    on_accent="#14181F",
    accent_soft="#22324F",
    accent_text="#8FB5FF",
    selection="#263A5E",
    error="#FF8A80",
    error_soft="#3B2222",
    warning="#F2C14E",
    warning_soft="#382E14",
    warning_text="#F2C14E",
    success="#6FD49A",
    success_soft="#17321F",
    success_text="#6FD49A",
    neutral_soft="#2B3442",
    neutral_text="#A9B5C6",
    writes="#C79BE6",
    on_writes="#14181F",
    rail="#0F131A",
    rail_text="#8A97AB",
    rail_selected="#2A3444",
    rail_selected_text="#FFFFFF",
    rail_alarm="#C6302B",
    tick="tick_dark.svg",
)

READ_ON: tuple[tuple[str, str], ...] = (
    *((text, ground) for text in ("text", "muted") for ground in ("background", "panel")),
    *(("text", ground) for ground in ("selection", "accent_soft", "neutral_soft")),
    *((text, "panel") for text in ("error", "warning", "success", "accent")),
    *((text, "background") for text in ("error", "warning", "success", "accent_text")),
    ("accent_text", "panel"),
    ("on_accent", "accent"),
    ("accent_text", "accent_soft"),
    ("error", "error_soft"),
    ("warning_text", "warning_soft"),
    ("success_text", "success_soft"),
    ("neutral_text", "neutral_soft"),
    ("on_writes", "writes"),
    ("rail_text", "rail"),
    ("rail_selected_text", "rail"),
    ("rail_selected_text", "rail_selected"),
    ("rail_selected_text", "rail_alarm"),
)
"""(text token, ground token): every pair that a page puts on each other."""


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21, as WCAG 2 defines it."""
    low, high = sorted((_luminance(first), _luminance(second)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
