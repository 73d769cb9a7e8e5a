"""Waivers: what the district accepts counts as found and as waived, until the day after the last."""

import datetime as dt

import dagster as dg
import pytest
from dagster._core.definitions.data_version import CachingStaleStatusResolver, StaleStatus
from dagster._core.loader import LoadingContextForTest

from district_platform.dictionary import TABLES
from district_platform.engine.assets import table_assets
from district_platform.engine.resources import DistrictIOManager, Warehouse
from district_platform.quality.catalogue import RULES
from district_platform.quality.evaluation import Status, evaluate
from district_platform.quality.findings import quality_findings
from district_platform.quality.resources import rule_book_resource
from district_platform.quality.waivers import Problem, listed_waivers, notes
from district_platform.settings import Settings
from district_platform.sources.reference.tables import waiver_rows, waivers
from district_platform.sources.reference.waivers import read_waivers
from district_platform_tests.quality.conftest import StageExtracts
from district_platform_tests.quality.test_evaluation import unmapped_events, with_quality

HEADER = "rule_id,key,reason,expiry_date\n"
ENROLLMENTS = "enrollment_id,school_year,student_id,school_id,entry_date,exit_date\n"
AS_OF = dt.date(2026, 2, 13)


def backwards(*ids: str) -> dict[str, str]:
    """Enrollments that end before they begin: a finding of ENR-02 each."""
    rows = "".join(f"{id_},2026,T1,S1,2025-09-10,2025-09-01\n" for id_ in ids)
    return {"sis/enrollments": ENROLLMENTS + rows}


def write(settings: Settings, lines: str) -> None:
    path = settings.home.reference / "waivers.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(lines)


@pytest.fixture
def judge(stage: StageExtracts, settings: Settings):
    """A rule's result over these extracts, under these lines of waivers.csv."""

    def judged(rule_id: str, extracts: dict[str, str], lines: str, settings: Settings = settings):
        write(settings, HEADER + lines)
        with stage(extracts).tables() as tables:
            tables.replace(TABLES["waivers"], waiver_rows(settings.home))
            return evaluate(tables, RULES[rule_id], settings)

    return judged


def test_a_waived_finding_is_counted_as_found_and_waived_and_comes_last(judge):
    result = judge("ENR-02", backwards("N1", "N2"), "ENR-02,N1,known to the school,2026-06-30\n")
    assert (result.status, result.n_findings, result.n_waived, result.n_open) == (Status.WARNED, 2, 1, 1)
    assert [(finding.key, finding.is_waived) for finding in result.findings] == [("N2", False), ("N1", True)]


def test_a_rule_all_of_whose_findings_are_waived_has_passed_also_where_it_is_an_error(judge, settings):
    error = with_quality(settings, severity={"ENR-02": "error"})
    result = judge("ENR-02", backwards("N1"), "ENR-02,N1,known to the school,2026-06-30\n", error)
    assert (result.severity, result.status, result.n_findings, result.n_waived) == ("error", Status.PASSED, 1, 1)


@pytest.mark.parametrize(("last_day", "n_waived"), [("2026-02-12", 0), ("2026-02-13", 1), ("2026-02-14", 1)])
def test_the_last_day_of_a_waiver_counts(judge, last_day, n_waived):
    assert judge("ENR-02", backwards("N1"), f"ENR-02,N1,known,{last_day}\n").n_waived == n_waived


def test_waivers_reach_findings_beyond_the_cap(judge, settings):
    ids = [f"N{n:02}" for n in range(30)]
    lines = "".join(f"ENR-02,{id_},known,2026-06-30\n" for id_ in ids[:29])
    result = judge("ENR-02", backwards(*ids), lines, with_quality(settings, max_findings=20))
    assert (result.n_findings, result.n_waived, len(result.findings)) == (30, 29, 20)
    assert result.findings[0].key == "N29"


def test_two_waivers_of_one_key_waive_it_once(judge):
    lines = "ENR-02,N1,known,2026-06-30\nENR-02,N1,known still,2026-07-31\n"
    result = judge("ENR-02", backwards("N1"), lines)
    assert (result.n_findings, result.n_waived) == (1, 1)


def test_a_waiver_of_another_rule_waives_nothing(judge):
    assert judge("ENR-02", backwards("N1"), "ENR-03,N1,known,2026-06-30\n").n_waived == 0


def test_a_locked_rule_fails_whatever_is_waived(judge):
    result = judge("ATT-01", unmapped_events(1), "ATT-01,2026|S1|T1|2025-09-01||X01,known,2026-06-30\n")
    assert (result.status, result.n_findings, result.n_waived) == (Status.FAILED, 1, 0)


def test_a_waiver_without_finding_is_known(judge):
    result = judge("ENR-02", backwards("N1"), "ENR-02,N1,known,2026-06-30\nENR-02,N9,known,2026-06-30\n")
    assert result.without_finding == ("N9",)


def test_each_waiver_without_effect_is_told_with_its_line_and_what_to_do():
    june = dt.date(2026, 6, 30)
    lines = [
        (2, "ENR-02", "N1", june),
        (3, "ENR-02", "N2", dt.date(2026, 1, 31)),
        (4, "ENR-2", "N3", june),
        (5, "ATT-01", "2026|S1|T1|2025-09-01||X", june),
        (6, "ENR-02", "N9", june),
    ]
    told = {note.line: (note.problem, note.message) for note in notes(lines, RULES, AS_OF, {("ENR-02", "N9")})}
    assert told == {
        3: (
            Problem.EXPIRED,
            "Line 3: the waiver of ENR-02 for N2 ended on 2026-01-31. Renew it, or remove the line.",
        ),
        4: (Problem.UNKNOWN_RULE, "Line 4: there is no rule ENR-2. Did you mean ENR-02?"),
        5: (
            Problem.LOCKED_RULE,
            f"Line 5: ATT-01 ({RULES['ATT-01'].title}) can never be waived. Correct it at the source.",
        ),
        6: (
            Problem.NOT_FOUND,
            "Line 6: ENR-02 does not find N9, or no longer. Remove the line, or correct the key.",
        ),
    }


def read(settings: Settings, text: str) -> list[tuple]:
    write(settings, text)
    return list(waiver_rows(settings.home).itertuples(index=False, name=None))


def test_mark_line_ends_spaces_order_and_further_columns_do_not_matter(settings):
    text = '\ufeffexpiry_date, Rule_ID ,key,reason,by\r\n2026-06-30, ENR-02 , N1,"moved, late",A\r\n\r\n,,,,\r\n'
    assert read(settings, text) == [(2, "ENR-02", "N1", "moved, late", dt.date(2026, 6, 30))]


def test_without_a_file_nothing_is_waived(settings):
    assert read_waivers(settings.home.reference / "waivers.csv").empty


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1 lacks the columns rule_id, key, reason, expiry_date; it has none"),
        ("rule_id,key,reason\n", "line 1 lacks the columns expiry_date; it has rule_id, key, reason"),
        (HEADER + "ENR-02,N1,known,6/30/2026\n", "line 2, expiry_date '6/30/2026': is not a date as YYYY-MM-DD"),
        (HEADER + "ENR-02,N1,known,20260630\n", "line 2, expiry_date '20260630': is not a date"),
        (HEADER + '"ENR-02",N1,"two\nlines",soon\n', "line 3, expiry_date 'soon'"),
        (HEADER + "ENR-02,,known,2026-06-30\n", "line 2, key: is empty"),
        (HEADER + "ENR-02,N1,moved, late,2026-06-30\n", "line 2 has 5 values where the header has 4 columns"),
        (HEADER + 'ENR-02,N1,"never closed,2026-06-30\n', "is not valid CSV"),
    ],
)
def test_what_is_no_waiver_is_told_with_file_line_column_and_value(settings, text, told):
    with pytest.raises(ValueError, match=r"data/reference/waivers\.csv: ") as error:
        read(settings, text)
    assert told in str(error.value)
    assert "without it nothing is waived" in str(error.value)


def test_a_file_that_is_not_utf_8_is_told(settings):
    write(settings, "")
    (settings.home.reference / "waivers.csv").write_bytes(
        HEADER.encode() + "ENR-02,N1,Núñez,2026-06-30\n".encode("latin-1")
    )
    with pytest.raises(ValueError, match="is not UTF-8 text"):
        waiver_rows(settings.home)


def test_many_faults_are_told_in_one_sentence(settings):
    with pytest.raises(ValueError, match=r"line 6, expiry_date 'x': .*; and 2 more\."):
        read(settings, HEADER + "ENR-02,N1,known,x\n" * 7)


def test_the_reason_is_not_read_for_the_report(settings, stage):
    write(settings, HEADER + "ENR-02,N1,because of somebody,2026-06-30\n")
    with stage({}).tables() as tables:
        tables.replace(TABLES["waivers"], waiver_rows(settings.home))
        assert listed_waivers(tables) == [(2, "ENR-02", "N1", dt.date(2026, 6, 30))]


class TestInDagster:
    @pytest.fixture
    def run(self, stage, settings):
        warehouse: Warehouse = stage(backwards("N1"))
        assets = [*table_assets([waivers]), quality_findings]
        with dg.DagsterInstance.ephemeral() as instance:
            definitions = dg.Definitions(
                assets=assets,
                resources={
                    "warehouse": warehouse,
                    "io_manager": DistrictIOManager(warehouse=warehouse),
                    "rule_book": rule_book_resource(settings),
                },
            )

            def start(*names: str) -> tuple[dg.ExecuteInProcessResult, bool]:
                """The run, and whether the findings are out of date after it."""
                job = definitions.resolve_implicit_global_asset_job_def()
                keys = [dg.AssetKey(name) for name in names]
                result = job.execute_in_process(instance=instance, asset_selection=keys, raise_on_error=False)
                graph = definitions.resolve_asset_graph()
                resolver = CachingStaleStatusResolver(instance, graph, LoadingContextForTest(instance))
                status = resolver.get_status(dg.AssetKey("quality_findings"))
                return result, status is StaleStatus.STALE

            yield start

    @pytest.mark.whole
    def test_a_changed_waiver_puts_the_findings_out_of_date(self, run, settings):
        _, is_stale = run("waivers", "quality_findings")
        assert not is_stale
        _, is_stale = run("waivers")
        assert not is_stale
        write(settings, HEADER + "ENR-02,N1,known,2026-06-30\n")
        _, is_stale = run("waivers")
        assert is_stale
        _, is_stale = run("quality_findings")
        assert not is_stale
        with Warehouse.of(settings.home, settings.engine).tables() as tables:
            found = "select finding_key, is_waived from quality_findings where rule_id = 'ENR-02'"
            assert tables.connection.execute(found).fetchall() == [("N1", True)]

    def test_a_file_that_cannot_be_used_stops_the_run_with_one_sentence(self, run, settings):
        write(settings, HEADER + "ENR-02,N1,known,soon\n")
        result, _ = run("waivers", "quality_findings")
        [failure] = [event for event in result.all_events if event.is_step_failure]
        assert failure.step_key == "waivers"
        assert "data/reference/waivers.csv: line 2, expiry_date 'soon'" in str(failure.step_failure_data.error)
