"""A mapping that exists, with what a new look at the files adds: its own decisions stay."""

import tomlkit


def updated(own: tomlkit.TOMLDocument, draft: tomlkit.TOMLDocument) -> tomlkit.TOMLDocument:
    """The mapping with files, lookups, values and extracts that it does not have, and with what is open of these."""
    for section in ("files", "lookups", "extract"):
        for name, table in draft.get(section, {}).items():
            have = own.setdefault(section, tomlkit.table(is_super_table=True))
            if name not in have:
                have.add(name, table)
                _open(own, draft, name)
    return own


def _open(own: tomlkit.TOMLDocument, draft: tomlkit.TOMLDocument, name: str) -> None:
    """Takes over what is open about a new part."""
    for key, text in draft.get("open", {}).items():
        if key.startswith((f"files.{name}.", f"lookups.{name}.", f"{name}#")):
            own.setdefault("open", tomlkit.table())[key] = text
