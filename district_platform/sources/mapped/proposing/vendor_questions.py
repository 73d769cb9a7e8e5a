"""What a vendor's profile leaves to a person: what no profile can know, what it guesses, and values that it does not know."""

from dataclasses import dataclass, field

import ibis

from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.sources.mapped.compiling import BAD_REASON, LEFT_OUT, compile_step, selected, usable
from district_platform.sources.mapped.document import Lookup, Mapping, OnePer, Rows
from district_platform.sources.mapped.proposing.binding import Bound
from district_platform.sources.mapped.proposing.profiling import MOST_VALUES, Profiled
from district_platform.sources.mapped.proposing.values import column_of, means

ASK, GUESS, ORDER = "ask:", "guess:", "order"
"""What stands before a question of the profile, and before a column that it guesses; how a question about an order ends."""


@dataclass
class VendorQuestions:
    """The questions about a bound profile. Steps are made, once, to see what values come out of them."""

    tables: DuckDBTables
    bound: Bound
    sources: dict[str, Profiled]
    dates: dict[str, list[str]]
    """How the dates of each file are written."""
    _made: dict[str, ibis.Table] = field(default_factory=dict)

    def open(self) -> dict[str, str]:
        """What is to be decided by key, with a sentence on each."""
        mapping = self._mapping()
        self._made = {name: source.rows for name, source in self.sources.items()}
        for name in mapping.step:
            self._made[name] = self.tables.temporary(f"proposed_step_{name}", compile_step(mapping, name, self._made))
        found = self._of_orders(mapping)
        for name, rows in ((n, r) for n, blocks in mapping.step.items() for r in blocks):
            found |= self._of_lookups(rows, f"step {name}")
        for path, blocks in mapping.extract.items():
            for block in blocks:
                found |= self._of_lookups(block, path)
            found |= {f"{path}#1.{ASK}{name}": ask.text for name, ask in self.bound.ask[path].items()}
            found |= self._of_guesses(path)
            files = ", ".join(dict.fromkeys(block.from_ for block in blocks))
            found[f"{path}#1"] = f"Is {files} the extract {path}?"
        self.tables.drop(*(f"proposed_step_{name}" for name in mapping.step))
        return found

    def _mapping(self) -> Mapping:
        files = {
            name: {"path": source.group.pattern, "dates": self.dates.get(name) or None}
            for name, source in self.sources.items()
        }
        return Mapping.model_validate(
            {"files": files, "lookups": self.bound.lookups, "step": self.bound.step, "extract": self.bound.extract}
        )

    def _of_lookups(self, rows: Rows, where: str) -> dict[str, str]:
        """Values of which the profile does not know, or only guesses, what they mean; the most frequent first."""
        found: dict[str, str] = {}
        for operation in getattr(rows, "columns", {}).values():
            if not isinstance(operation, Lookup):
                continue
            known = self.bound.vendor.lookups[operation.lookup]
            column = column_of(operation.lookup)
            for value, n in self._values(rows, operation.of).items():
                key = f"lookups.{operation.lookup}.{value}"
                guess = self.bound.vendor.guessed.get(key)
                if guess is not None:
                    found[key] = (
                        f"Does {value} in {operation.of} mean {known.get(value) or 'nothing'} ({n:,} rows)? A guess: {guess}"
                    )
                elif value not in known and (column is None or means(column, value) is None):
                    found[key] = f"What does {value} mean in {operation.of} of {where} ({n:,} rows)?"
        return found

    def _values(self, rows: Rows, header: str) -> dict[str, int]:
        """The values of a header that the rows of a block have, with their counts."""
        table = _kept(rows, self._made)
        value = table.select(value=table[header]).filter(lambda t: t.value.notnull())
        counts = value.group_by("value").agg(n=value.count())
        return dict(self.tables.fetch(counts.order_by(ibis.desc("n"), "value").limit(MOST_VALUES)))

    def _of_guesses(self, path: str) -> dict[str, str]:
        columns = {column for block in self.bound.extract[path] for column in block.columns}
        return {
            f"{path}#1.{GUESS}{column}": f"Is {column} made rightly? The profile guesses: {why}"
            for key, why in self.bound.vendor.guessed.items()
            for column in [key.removeprefix(f"{path}.")]
            if column in columns and key == f"{path}.{column}"
        }

    def _of_orders(self, mapping: Mapping) -> dict[str, str]:
        """Steps of which rows with the same keys have different values in the column that decides."""
        found: dict[str, str] = {}
        for name, column in self.bound.order.items():
            for rows in mapping.step[name]:
                if rows.one_per is not None and (n := self._ambiguous(rows, rows.one_per, column)):
                    keys = ", ".join(rows.one_per.keys)
                    found[f"step.{name}.{ORDER}"] = (
                        f"{n:,} times, rows with the same {keys} differ in {column}: which wins?"
                    )
        return found

    def _ambiguous(self, rows: Rows, one: OnePer, column: str) -> int:
        table = _kept(rows, self._made)
        several = table.group_by(one.keys).agg(n=table[column].nunique())
        [(n,)] = self.tables.fetch(several.agg(n=(several.n > 1).sum()))
        return int(n or 0)


def _kept(rows: Rows, sources: dict[str, ibis.Table]) -> ibis.Table:
    """The rows that a block keeps, before one is chosen of several with the same keys."""
    table = selected(rows.model_copy(update={"one_per": None}), sources)
    return usable(table) if BAD_REASON in table.columns else table.filter(~table[LEFT_OUT])
