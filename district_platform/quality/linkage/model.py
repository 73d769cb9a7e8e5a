"""What a linkage model is: which pairs are compared, by which columns, and the weight of each outcome.

After Fellegi and Sunter (1969), as Splink has it: an outcome weighs m / u, where m is how often it is seen in pairs that are
one person and u how often in pairs that are two.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # at run time only inside functions: importing Splink takes a third of a second
    from splink.comparison_library import CustomComparison
    from splink.internals.blocking_rule_creator import BlockingRuleCreator
    from splink.internals.comparison_level_creator import ComparisonLevelCreator
    from splink.internals.settings_creator import SettingsCreator

KEY = "record_id"
"""The column of every records table that names the person's id."""

DUPLICATES_PER_RECORD = 0.01
"""How many duplicates are expected before looking, per record. Districts that merge often have fewer, those that migrated more."""

FEWEST_RECORDS = 5_000
"""Smaller tables are judged like one of this size: in none is a name that two people share, and nothing else, evidence enough."""


@dataclass(frozen=True)
class Level:
    """One outcome of a comparison; the first whose condition holds applies."""

    evidence: str
    """The outcome as a finding's message states it, without any value."""
    condition: "ComparisonLevelCreator"
    m: float
    u: float


@dataclass(frozen=True)
class Comparison:
    """One comparison and its outcomes; if `missing` holds, the comparison has no weight."""

    name: str
    missing: "ComparisonLevelCreator"
    levels: Sequence[Level]
    otherwise: str
    """The evidence where no level's condition holds; its m and u are what the levels leave of 1."""

    @property
    def evidence(self) -> dict[int, str]:
        """The evidence by Splink's number of the outcome: the last is 0, the missing -1."""
        texts = [*(level.evidence for level in self.levels), self.otherwise]
        return dict(zip(reversed(range(len(texts))), texts, strict=True))

    @property
    def shares(self) -> list[tuple[float, float]]:
        """m and u of each outcome, in the order of `evidence`; the last has what the levels leave."""
        stated = [(level.m, level.u) for level in self.levels]
        rest_m, rest_u = (1 - sum(column) for column in zip(*stated, strict=True))
        return [*stated, (rest_m, rest_u)]

    def for_splink(self) -> "CustomComparison":
        from splink import comparison_level_library as cll
        from splink.comparison_library import CustomComparison

        conditions = [*(level.condition for level in self.levels), cll.ElseLevel()]
        return CustomComparison(
            output_column_name=self.name,
            comparison_levels=[
                self.missing.configure(is_null_level=True),
                *(
                    condition.configure(m_probability=m, u_probability=u)
                    for condition, (m, u) in zip(conditions, self.shares, strict=True)
                ),
            ],
        )


@dataclass(frozen=True)
class Block:
    """Pairs whose values of `columns` agree, or, with `meets`, agree with those columns of the other record."""

    columns: tuple[str, ...]
    meets: tuple[str, ...] = ()

    def __str__(self) -> str:
        shared = " and ".join(column.replace("_", " ") for column in self.columns)
        return f"{shared} (swapped)" if self.meets else shared

    def sides(self, number: int) -> dict[str, tuple[str, ...]]:
        """Name and columns of the key of either side; one where both are the same. `number` is its place in the model."""
        sides = {f"block_{number}": self.columns}
        return sides | {f"block_{number}_met": self.meets} if self.meets else sides

    def for_splink(self, number: int) -> "BlockingRuleCreator":
        from splink.blocking_rule_library import CustomRule

        names = list(self.sides(number))
        return CustomRule(f"l.{names[0]} = r.{names[-1]}")


@dataclass(frozen=True)
class Model:
    """How the records of one table are linked."""

    comparisons: Sequence[Comparison]
    blocks: Sequence[Block]
    """Only pairs that share one of these are compared; `blocking` leaves out those that are too large."""

    def settings(self, n_records: int) -> "SettingsCreator":
        """Splink's settings for a table of that many records."""
        from splink import SettingsCreator

        return SettingsCreator(
            link_type="dedupe_only",
            unique_id_column_name=KEY,
            probability_two_random_records_match=prior(n_records),
            blocking_rules_to_generate_predictions=[block.for_splink(n) for n, block in enumerate(self.blocks)],
            comparisons=[comparison.for_splink() for comparison in self.comparisons],
            retain_matching_columns=True,  # without them Splink leaves out how each comparison came out
            linker_uid="district",
        )


def prior(n_records: int) -> float:
    """The probability that two records drawn at random are one person; it falls with the number of records."""
    n = max(n_records, FEWEST_RECORDS)
    return 2 * DUPLICATES_PER_RECORD / (n - 1)  # duplicates expected, of n (n - 1) / 2 pairs
