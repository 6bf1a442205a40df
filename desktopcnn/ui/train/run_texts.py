"""Figures of runs as texts."""


def percent(share: float | None) -> str:
    """99.12, without the sign; empty where it is not known."""
    return "" if share is None else f"{100 * share:.2f}"


def duration(seconds: float) -> str:
    """0:31, 6:40, 1:02:03."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
