"""The rule book: every rule judged once a run, although its check, the findings and the report all need it."""

import dagster as dg

from district_platform.engine.resources import Warehouse
from district_platform.quality.catalogue import RULES
from district_platform.quality.evaluation import RuleResult, check_severities, evaluate
from district_platform.settings import Settings


class RuleBook:
    """The results of one run, each judged when it is first asked for; a run's tables no longer change by then."""

    def __init__(self, warehouse: Warehouse, settings: Settings) -> None:
        """Raises SettingsError where [quality] severity asks for what may not be."""
        check_severities(settings.quality)
        self.settings = settings
        self._warehouse = warehouse
        self._results: dict[str, RuleResult] = {}

    def result(self, rule_id: str) -> RuleResult:
        if rule_id not in self._results:
            with self._warehouse.connect() as connection:
                self._results[rule_id] = evaluate(connection, RULES[rule_id], self.settings)
        return self._results[rule_id]

    def results(self) -> list[RuleResult]:
        """All results, in the order of the catalogue."""
        return [self.result(rule_id) for rule_id in RULES]


def rule_book_resource(settings: Settings) -> dg.ResourceDefinition:
    """A fresh rule book for every run, since Dagster makes resources anew for each."""

    @dg.resource(required_resource_keys={"warehouse"}, description=RuleBook.__doc__)
    def rule_book(context: dg.InitResourceContext) -> RuleBook:
        return RuleBook(context.resources.warehouse, settings)

    return rule_book
