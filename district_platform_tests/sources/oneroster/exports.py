"""A small OneRoster 1.1 export to bend: two schools, one school year in two semesters, three students, two staff.

Each test states the files it changes; the others stay as they are here.
"""

import csv
from pathlib import Path

from district_platform.sources.oneroster import Conversion, convert

ORGS = """\
sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId
D,,,Example District,district,,
ELM,,,Elm Elementary,school,,D
MILL,,,Mill Middle,school,,D
"""
SESSIONS = """\
sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear
Y,,,2026-27,schoolYear,2026-08-15,2027-06-10,,2027
S1,,,Fall,semester,2026-08-15,2026-12-18,Y,2027
S2,,,Spring,semester,2027-01-05,2027-06-10,Y,2027
"""
COURSES = """\
sourcedId,status,dateLastModified,title,courseCode,grades,orgSourcedId,subjects
MATH,,,Mathematics 5,M5,05,D,Mathematics
"""
CLASSES = """\
sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,schoolSourcedId,termSourcedIds
C1,,,Math fall,05,MATH,,scheduled,ELM,S1
C2,,,Math all year,05,MATH,,scheduled,ELM,"S1,S2"
C3,,,Math at Mill,06,MATH,,scheduled,MILL,S2
"""
USERS = """\
sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,givenName,familyName,identifier,email,grades
s1,,,true,ELM,student,s1,Ada,Oak,1001,,05
s2,,,true,ELM,student,s2,Ben,Ash,1002,,5
s3,,,true,"MILL,ELM",student,s3,Cy,Elm,1003,,06
t1,,,true,ELM,teacher,t1,Dee,Fir,,dee@example.edu,
a1,,,true,D,administrator,a1,Eve,Yew,,,
"""
ENROLLMENTS = """\
sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate
e1,,,C1,ELM,s1,student,,,
e2,,,C2,ELM,s2,student,,2026-09-01,
e3,,,C2,ELM,t1,teacher,true,,
"""
BASE = {
    "orgs": ORGS,
    "academicSessions": SESSIONS,
    "courses": COURSES,
    "classes": CLASSES,
    "users": USERS,
    "enrollments": ENROLLMENTS,
}


def manifest(names: list[str], version: str = "1.1") -> str:
    """A manifest that supplies these files as bulk."""
    lines = ["propertyName,value", f"oneroster.version,{version}", *(f"file.{name},bulk" for name in names)]
    return "\n".join(lines) + "\n"


def write_export(folder: Path, version: str = "1.1", **changed: str | bytes | None) -> Path:
    """The base export with these files in place of its own; None leaves one out, of the manifest too."""
    files = {name: text for name, text in (BASE | changed).items() if text is not None}
    files = {"manifest": manifest(list(files), version)} | files
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        data = text if isinstance(text, bytes) else text.encode()
        (folder / f"{name}.csv").write_bytes(data)
    return folder


def converted(tmp_path: Path, version: str = "1.1", **changed: str | bytes | None) -> Conversion:
    """Convert the bent export into tmp_path / 'out'."""
    return convert(write_export(tmp_path / "export", version, **changed), tmp_path / "out")


def extract(tmp_path: Path, path: str) -> list[dict[str, str]]:
    """Rows of a canonical extract that `converted` wrote."""
    with (tmp_path / "out" / f"{path}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def column(tmp_path: Path, path: str, key: str, value: str) -> dict[str, str]:
    """One column of an extract by another."""
    return {row[key]: row[value] for row in extract(tmp_path, path)}
