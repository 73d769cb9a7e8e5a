"""The rule book: every rule judged once a run, although its check, the findings and the report all need it."""

from collections.abc import Iterable

import dagster as dg

from district_platform.engine.resources import Warehouse
from district_platform.quality.catalogue import RULES
from district_platform.quality.evaluation import RuleResult, check_severities, delivered_extracts, evaluate
from district_platform.quality.waivers import waived_rules
from district_platform.settings import Settings


class RuleBook:
    """The results of one run, each judged when it is first asked for; what it judges no longer changes by then."""

    def __init__(self, warehouse: Warehouse, settings: Settings) -> None:
        """Raises SettingsError where [quality] severity asks for what may not be."""
        check_severities(settings.quality)
        self.settings = settings
        self._warehouse = warehouse
        self._results: dict[str, RuleResult] = {}

    def judge(self, rule_ids: Iterable[str]) -> list[RuleResult]:
        """The results of these rules, in their order.

        Deliveries and waivers are looked up once per call, not once per run: while the first tables are judged, staging is still running.
        """
        wanted = list(rule_ids)
        waiting = [rule_id for rule_id in wanted if rule_id not in self._results]
        if waiting:
            with self._warehouse.tables() as tables:
                look = delivered_extracts(tables), waived_rules(tables, self.settings.effective_date)
                for rule_id in waiting:
                    self._results[rule_id] = evaluate(tables, RULES[rule_id], self.settings, *look)
        return [self._results[rule_id] for rule_id in wanted]

    def results(self) -> list[RuleResult]:
        """All results, in the order of the catalogue."""
        return self.judge(RULES)


def rule_book_resource(settings: Settings) -> dg.ResourceDefinition:
    """A fresh rule book for every run, since Dagster makes resources anew for each."""

    @dg.resource(required_resource_keys={"warehouse"}, description=RuleBook.__doc__)
    def rule_book(context: dg.InitResourceContext) -> RuleBook:
        return RuleBook(context.resources.warehouse, settings)

    return rule_book
