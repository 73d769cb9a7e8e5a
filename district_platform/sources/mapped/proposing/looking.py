"""What a look at a folder finds."""

from dataclasses import dataclass, field

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

    def draft(self, extract: str, file: str) -> DraftBlock | None:
        return next((b for b in self.blocks if b.extract.path == extract and b.source.group.name == file), None)

    def number(self, block: DraftBlock) -> int:
        """The block's number in its extract, from 1."""
        return [b for b in self.blocks if b.extract is block.extract].index(block) + 1
