"""How a call list words what it says about a student; files and pages use the same words."""

from decimal import Decimal


def name_text(last_name: str | None, first_name: str | None) -> str | None:
    """'Sawyer, Dan'; what is known of it, None where nothing is."""
    return ", ".join(name for name in (last_name, first_name) if name) or None


def days_text(days: Decimal | None) -> str | None:
    """Days and parts of days without needless zeros: 2, 2.5."""
    return None if days is None else f"{days.normalize():f}"


def trend_text(last: Decimal | None, before: Decimal | None) -> str | None:
    """The last days compared with as many days before them: 'worse: 2 after 1.5'."""
    if last is None or before is None:
        return None
    word = "worse" if last > before else "better" if last < before else "same"
    return f"{word}: {days_text(last)} after {days_text(before)}"
