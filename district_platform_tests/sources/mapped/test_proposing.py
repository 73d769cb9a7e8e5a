"""What is proposed of small folders: how files are written, which extract they are, how ids are joined, and what is asked."""

import json
import re

import pytest
import tomlkit
from click.testing import CliRunner

from district_platform.cli import main
from district_platform.cli.mapping_review import accept, ask
from district_platform.sources.mapped.proposing.inventory import how_written, inventory
from district_platform.sources.mapped.proposing.proposal import draft_document, look_at
from district_platform.sources.mapped.proposing.updating import updated
from district_platform.sources.mapped.questions import Question
from district_platform.sources.mapped.reading import MappingError, read_mapping

pytestmark = pytest.mark.whole

SCHOOLS = "School_Number,Name,Low_Grade,High_Grade\n" + "".join(f"{n:03},Oak {n},KG,05\n" for n in range(1, 4))
STUDENTS = (
    "ID,Student_Number,Last_Name,First_Name,DOB,Gender,SchoolID,Grade_Level,EntryDate,ExitDate,Enroll_Status\n"
    + "".join(
        f"{500 + n},{90_000 + n},Zz{'abcdefghij'[n % 10]}x,Qq{'klmnopqrst'[n % 10]}y,"
        f"0{n % 9 + 1}/0{n % 9 + 1}/2012,{'MF'[n % 2]},00{n % 3 + 1},"
        f"{n % 5},08/20/2025,{'' if n % 4 else '12/19/2025'},{0 if n % 4 else 2}\n"
        for n in range(40)
    )
)
MARKS = "StudentID,SchoolID,Att_Date,Att_Code\n" + "".join(
    f"{500 + n},00{n % 3 + 1},09/0{n % 9 + 1}/2025,{'AT'[n % 2]}\n" for n in range(40)
)
CODES = "Att_Code,Description\nA,Absent\nT,Tardy\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "export").mkdir()
    for name, content in (
        ("schools", SCHOOLS),
        ("students", STUDENTS),
        ("attendance", MARKS + MARKS.splitlines()[1]),
        ("codes", CODES),
    ):
        (tmp_path / "export" / f"{name}.csv").write_text(content)
    return tmp_path / "export"


@pytest.fixture
def look(tables, folder):
    return look_at(tables, folder)


@pytest.fixture
def draft(tables, look, folder):
    """The draft in its file."""
    path = folder.parent / "mappings" / "test.toml"
    path.parent.mkdir()
    path.write_text(tomlkit.dumps(draft_document(tables, look, "test")))
    return path


ANSWERS = {
    "school_year:constant": "2026", "exit_date:inclusive": "2", "rows": "2", "one_per": "2", "codes.A": "2", "codes.T": "5",
}  # fmt: skip


def answer(question: Question) -> str:
    return next((a for key, a in ANSWERS.items() if question.key.endswith(key)), "1")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"id,name\n1,Ann\n", ("utf-8", ",", 0, ("id", "name"))),
        ("Títles of a report\n\nid;name\n1;Ann\n2;Bo\n".encode("cp1252"), ("cp1252", ";", 2, ("id", "name"))),
        (b"id\tname, first\n1\tAnn, A\n", ("utf-8", "\t", 0, ("id", "name, first"))),
        (b"\xef\xbb\xbfid|name\n1|Ann\n", ("utf-8", "|", 0, ("id", "name"))),
        (b"1,2\n3,4\n", None),
    ],
)
def test_form_of_a_file_is_seen(tmp_path, content, expected):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    found = how_written(path)
    assert (found and (found.encoding, found.delimiter, found.skip, found.headers)) == expected


def test_files_with_the_same_header_are_one_group(tmp_path):
    for year in (2024, 2025):
        (tmp_path / f"marks_{year}.csv").write_text("id,day\n1,2\n")
    (tmp_path / "notes.docx").write_text("x")
    found = inventory(tmp_path)
    assert [(g.name, g.pattern, len(g.paths)) for g in found.groups] == [("marks", "marks_*.csv", 2)]
    assert found.notes == ["notes.docx: is no CSV and was left out; save a spreadsheet as CSV (UTF-8)."]


def test_files_and_joins_are_found_and_what_nobody_can_see_is_asked(look, draft):
    assert [(b.extract.path, b.source.group.name) for b in look.blocks] == [
        ("sis/schools", "schools"),
        ("sis/students", "students"),
        ("sis/enrollments", "students"),
        ("sis/attendance_codes", "codes"),
        ("sis/attendance_events", "attendance"),
    ]
    events = look.draft("sis/attendance_events", "attendance")
    assert events.join == [{"file": "students", "on": {"studentid": "id"}, "take": ["student_number"]}]
    asked = set(tomlkit.parse(draft.read_text())["open"])
    assert {
        "sis/students#1.school_year:constant", "sis/enrollments#1.exit_date:inclusive", "sis/enrollments#1.rows",
        "sis/attendance_events#1.one_per", "codes.A", "codes.T",
    } <= asked  # fmt: skip
    assert len(asked) <= 40


def test_which_of_several_ids_is_meant_is_asked(tables, tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "students.csv").write_text("Student_ID,Student_Number,Last_Name,First_Name\n1,11,A,B\n2,12,C,D\n")
    look = look_at(tables, tmp_path / "x")
    assert "sis/students#1.student_id" in draft_document(tables, look, "t")["open"]


def test_day_and_month_are_asked_while_no_day_tells(tables, tmp_path):
    (tmp_path / "x").mkdir()
    rows = "".join(f"{n},0{n}/05/2012\n" for n in range(1, 9))
    (tmp_path / "x" / "students.csv").write_text("Student_Number,DOB\n" + rows)
    look = look_at(tables, tmp_path / "x")
    assert "files.students.dates" in draft_document(tables, look, "t")["open"]


def test_words_for_nothing_are_seen_where_dates_stand_and_a_person_may_be_called_so(tables, tmp_path):
    (tmp_path / "x").mkdir()
    people = "".join(f"{n},Null,A,N/A,0{n}/15/2012,{'0/0/0' if n < 8 else '12/19/2025'}\n" for n in range(1, 10))
    (tmp_path / "x" / "students.csv").write_text("Student_Number,Last_Name,First_Name,Nick,DOB,ExitDate\n" + people)
    look = look_at(tables, tmp_path / "x")
    assert draft_document(tables, look, "t")["files"]["students"]["null"] == ["0/0/0"]
    assert look.sources["students"].columns["exitdate"].n_filled == 2
    assert look.sources["students"].columns["last_name"].n_filled == 9


def test_a_review_decides_all_and_the_mapping_can_be_carried_out(tables, look, draft):
    assert ask(draft, look, tables, "steward", answer) == 0
    mapping = read_mapping(draft)
    assert {status for _, _, b in mapping.blocks() if (status := b.status)} == {"confirmed"}
    [enrollments] = mapping.extract["sis/enrollments"]
    assert enrollments.columns["exit_date"].add_days == -1
    assert enrollments.where[0].not_in == ["2"]
    assert mapping.extract["sis/attendance_events"][0].one_per.keys == ["studentid", "schoolid", "att_date"]
    assert mapping.lookups["code_absent"] == {"A": "1", "T": "0"}


def test_a_review_can_be_left_and_goes_on_from_there(tables, look, draft):
    given = iter(["1", "l", "q"])
    n = len(tomlkit.parse(draft.read_text())["open"])
    assert ask(draft, look, tables, "steward", lambda _: next(given)) == n - 1
    assert ask(draft, look, tables, "steward", answer) == 0


def test_without_input_only_what_is_certain_is_taken(tables, look, draft):
    left = accept(draft, look, tables, "ci", 0.95)
    decided = read_mapping(draft)
    assert left > 0
    assert decided.extract["sis/schools"][0].status == "confirmed"
    assert decided.extract["sis/attendance_codes"][0].status == "proposed"


def update(tables, draft, folder) -> tuple[str, dict]:
    """The mapping after `propose --update`, as text and as its open decisions."""
    again = look_at(tables, folder)
    draft.write_text(tomlkit.dumps(updated(tomlkit.parse(draft.read_text()), draft_document(tables, again, "test"))))
    return draft.read_text(), dict(tomlkit.parse(draft.read_text()).get("open", {}))


def test_an_update_of_the_same_files_changes_nothing(tables, look, draft, folder):
    ask(draft, look, tables, "steward", answer)
    before = draft.read_text()
    assert update(tables, draft, folder) == (before, {})


def test_an_update_adds_a_new_file_and_keeps_what_was_decided(tables, look, draft, folder):
    ask(draft, look, tables, "steward", answer)
    before = draft.read_text()
    (folder / "terms.csv").write_text(
        "SchoolID,Term Code,Term Name,First Day,Term End,School Year\n001,S1,Fall,2025-08-20,2025-12-19,2026\n"
    )
    text, open_ = update(tables, draft, folder)
    assert "[files.terms]" in text
    assert text.count('status = "confirmed"') == before.count('status = "confirmed"')
    assert "sis/sessions#1" in open_


def test_an_update_adds_a_new_file_to_an_extract_that_has_one(tables, look, draft, folder):
    ask(draft, look, tables, "steward", answer)
    (folder / "charter marks.csv").write_text(MARKS.replace("Att_Code", "Code").replace("StudentID", "Student_Number"))
    _, open_ = update(tables, draft, folder)
    assert "sis/attendance_events#2" in open_
    assert not [key for key in open_ if key.startswith("sis/attendance_events#1")]
    assert read_mapping(draft).extract["sis/attendance_events"][0].status == "confirmed"


def test_an_update_reads_a_second_years_file_as_the_first(tables, look, draft, folder):
    (folder / "attendance.csv").rename(folder / "attendance_2025.csv")
    draft.write_text(draft.read_text().replace('path = "attendance.csv"', 'path = "attendance_2025.csv"'))
    (folder / "attendance_2026.csv").write_text(MARKS)
    text, _ = update(tables, draft, folder)
    assert tomlkit.parse(text)["files"]["attendance"]["path"] == "attendance_*.csv"
    assert len(read_mapping(draft).extract["sis/attendance_events"]) == 1


def test_an_update_asks_about_a_new_column_of_a_known_file(tables, look, draft, folder):
    ask(draft, look, tables, "steward", answer)
    lines = SCHOOLS.splitlines()
    levels = [f"{line},Elementary,x" for line in lines[1:]]
    (folder / "schools.csv").write_text("\n".join([f"{lines[0]},School_Level,Locker", *levels]) + "\n")
    text, open_ = update(tables, draft, folder)
    assert open_ == {
        "sis/schools#1.school_level": "Which column of schools.csv is school_level? school_level, locker came."
    }
    assert "locker" in tomlkit.parse(text)["files"]["schools"]["headers"]
    assert ask(draft, look_at(tables, folder), tables, "steward", answer) == 0
    assert read_mapping(draft).extract["sis/schools"][0].columns["school_level"] == "school_level"
    assert update(tables, draft, folder)[1] == {}


def test_no_value_of_a_person_stands_in_the_draft(draft):
    text = draft.read_text()
    assert not re.search(r"Zz.x|Qq.y|900\d\d|/2012", text)


def test_a_oneroster_export_needs_no_mapping(tables, tmp_path):
    for name in ("manifest.csv", "users.csv"):
        (tmp_path / name).write_text("a,b\n")
    with pytest.raises(MappingError, match="is a OneRoster export: it needs no mapping"):
        look_at(tables, tmp_path)


def test_the_commands_propose_review_and_check_at_a_terminal(folder, monkeypatch):
    home = folder.parent
    monkeypatch.setenv("DISTRICT_HOME", str(home))
    (home / "district.toml").write_text('[sources]\nkind = "files"\n')
    run = CliRunner()
    proposed = run.invoke(main, ["map", "propose", str(folder), "--name", "test"])
    assert proposed.exit_code == 1, proposed.output
    assert "students.csv: sis/students (" in proposed.output
    [n] = re.findall(r"(\d+) decisions are asked", proposed.output)
    assert 10 < int(n) <= 40
    again = run.invoke(main, ["map", "propose", str(folder), "--name", "test"])
    assert "--update adds what is new" in again.output
    asked = run.invoke(main, ["map", "review", "test", "--folder", str(folder)], input="1\nq\n")
    assert asked.exit_code == 1
    assert "Decision 1 of" in asked.output
    checked = run.invoke(main, ["map", "check", "test", "--folder", str(folder), "--rows", "1"])
    assert checked.exit_code == 1, checked.output
    assert "NOT READY: " in checked.output
    assert "Zz" not in checked.output
    gone = run.invoke(main, ["map", "check", "test", "--folder", str(home)])
    assert gone.exit_code == 2
    assert json.loads(run.invoke(main, ["map", "schema"]).output)["title"] == "Mapping"
