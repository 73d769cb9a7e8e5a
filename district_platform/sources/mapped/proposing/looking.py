"""What a look at a folder finds."""

from dataclasses import dataclass, field

from district_platform.sources.mapped.proposing.binding import Bound, headers_read_as_dates
from district_platform.sources.mapped.proposing.drafting import DraftBlock
from district_platform.sources.mapped.proposing.profiling import Profiled
from district_platform.sources.mapped.proposing.vendors import Vendor


@dataclass
class Look:
    """What is known of a folder: its files by name, the blocks that are proposed, the vendor, and notes."""

    sources: dict[str, Profiled]
    blocks: list[DraftBlock]
    vendor: Vendor | None
    notes: list[str] = field(default_factory=list)
    bound: Bound | None = None
    """The vendor's profile over these files."""

    def draft(self, extract: str, file: str) -> DraftBlock | None:
        return next((b for b in self.blocks if b.extract.path == extract and b.from_name == file), None)

    def dates(self, file: str) -> list[str]:
        """How the dates of a file of the vendor are written: as its profile says, where that reads them, else by their form."""
        if self.bound is None or file not in self.bound.files.values():
            return []
        [table] = [t for name, t in self.bound.vendor.tables.items() if self.bound.files.get(name) == file]
        found: list[str] = []
        columns = self.sources[file].columns
        for profile in (columns[h] for h in headers_read_as_dates(self.bound, file) if h in columns):
            likely = [form for form in table.dates if form in profile.date_formats]
            found += [f for f in (likely or profile.date_formats)[:1] if f not in found]
        return [] if found == ["%Y-%m-%d"] else found

    def use_of(self, source: Profiled) -> str:
        """What a file is used for, in words."""
        blocks = [f"{b.extract.path} ({b.score:.2f})" for b in self.blocks if b.source is source and b.whole is None]
        if self.bound is None or source.group.name not in self.bound.files.values():
            return "; ".join(blocks) or "no extract: it is left out"
        paths = self.bound.extracts_of(source.group.name)
        return f"{self.bound.vendor.name}, for {', '.join(paths)}" if paths else "no extract: it is left out"

    def number(self, block: DraftBlock) -> int:
        """The block's number in its extract, from 1."""
        return [b for b in self.blocks if b.extract is block.extract].index(block) + 1
