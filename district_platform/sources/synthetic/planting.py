"""The record of known defects: how many, on whom, and the expected findings that the quality rules are measured against.

Every child and educator carries at most one defect, so that one never hides or causes another.
"""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from district_platform.sources.synthetic.plan import Plan
from district_platform.sources.synthetic.writing import as_text

_SMALL_DISTRICT = 300


class Planter:
    """Decides where defects go, and records which rule must find each one."""

    def __init__(self, plan: Plan, n_children: int) -> None:
        self.settings = plan.synthetic.defects
        self.truth: list[tuple[str, str]] = []
        self.has_defect = np.zeros(n_children, dtype=bool)
        self.educators_with_defect: set[int] = set()
        self._least = 1 if plan.synthetic.students < _SMALL_DISTRICT else 2

    def record(self, rule_id: str, *key: object) -> None:
        """One finding; the parts of its key are joined by '|'."""
        self.truth.append((rule_id, "|".join(map(str, key))))

    def record_rows(self, rule_id: str, keys: pa.Table) -> None:
        """One finding per row; a null in a key is written as nothing."""
        for row in as_text(keys).to_pylist():
            self.record(rule_id, *("" if part is None else part for part in row.values()))

    def wanted(self, rate: float, n: int) -> int:
        """How many of n to damage: the rate's share, and at least one or two however small the district."""
        return max(self._least, round(rate * n)) if self.settings.enabled else 0

    def children(self, rng: np.random.Generator, candidates: np.ndarray, n: int) -> np.ndarray:
        """Up to n of the candidates that carry no defect yet; from now on they do."""
        free = np.unique(candidates[~self.has_defect[candidates]])
        chosen = np.sort(rng.permutation(free)[:n])
        self.has_defect[chosen] = True
        return chosen

    def educators(self, rng: np.random.Generator, candidates: Iterable[int], n: int) -> list[int]:
        """The same for educators."""
        free = np.array(sorted(set(candidates) - self.educators_with_defect), dtype=np.int64)
        chosen: list[int] = sorted(rng.permutation(free)[:n].tolist())
        self.educators_with_defect.update(chosen)
        return chosen

    def document(self) -> str:
        """The truth as CSV, in the order of rules and keys; keys hold no comma."""
        lines = sorted(set(self.truth))
        return "".join(f"{rule_id},{key}\n" for rule_id, key in [("rule_id", "key"), *lines])
