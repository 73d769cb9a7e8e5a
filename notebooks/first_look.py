"""A first look at what was published: three charts over a district's Parquet files. They hold single people: look, do not share.

    district-platform run                                      a publication to look at
    .venv/bin/marimo edit notebooks/first_look.py              in a browser; the charts follow what you change
    DISTRICT_HOME=/srv/district .venv/bin/marimo run …         another district's folder

Needs district-platform[notebooks].
"""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="A first look")


@app.cell
def _():
    import os
    from pathlib import Path

    import altair as alt
    import duckdb
    import marimo as mo

    alt.data_transformers.disable_max_rows()
    published = Path(os.environ.get("DISTRICT_HOME", ".")) / "warehouse" / "out"

    def rows(query):
        """The rows of a query over published tables, as a frame."""
        return duckdb.sql(query).df()

    return alt, mo, published, rows


@app.cell
def _(mo, published):
    mo.md(
        f"""
        # A first look

        Tables in `{published}`. docs/data_dictionary.md says what each column means. What may be shared are the released tables in
        `reports/analysis_tables`, not these charts: they are over all students, without anything hidden.
        """
    )
    return


@app.cell
def _(published, rows):
    daily = f"read_parquet('{published}/fct_student_daily_attendance/**/*.parquet', hive_partitioning = false)"
    attendance = rows(
        f"""
        select school_year, date_trunc('month', calendar_date) as month,
            100.0 * sum(is_present) / nullif(sum(is_enrolled), 0) as pct_attendance
        from {daily} where is_enrolled = 1 group by all order by all
        """
    )
    return attendance, daily


@app.cell
def _(alt, attendance):
    months = (
        alt.Chart(attendance, title="Attendance by month")
        .mark_line(point=True)
        .encode(
            x=alt.X("month:T", title="Month"),
            y=alt.Y("pct_attendance:Q", title="Attendance, percent", scale=alt.Scale(zero=False)),
            color=alt.Color("school_year:N", title="School year"),
        )
    )
    months
    return (months,)


@app.cell
def _(alt, published, rows):
    grades = rows(
        f"""
        select school_year, grade_level, count(distinct k_student) as students
        from read_parquet('{published}/fct_student_school_association.parquet') group by all order by all
        """
    )
    enrollment = (
        alt.Chart(grades, title="Students by grade")
        .mark_bar()
        .encode(
            x=alt.X("grade_level:N", title="Grade", sort=None),
            y=alt.Y("students:Q", title="Students"),
            color=alt.Color("school_year:N", title="School year"),
            xOffset="school_year:N",
        )
    )
    enrollment
    return enrollment, grades


@app.cell
def _(alt, daily, rows):
    weekdays = rows(
        f"""
        select dayname(calendar_date) as weekday, isodow(calendar_date) as number,
            100.0 * sum(is_absent) / nullif(sum(is_enrolled), 0) as pct_absent
        from {daily} where is_enrolled = 1 group by all order by number
        """
    )
    absence = (
        alt.Chart(weekdays, title="Absence by weekday")
        .mark_bar()
        .encode(
            x=alt.X("weekday:N", title=None, sort=None),
            y=alt.Y("pct_absent:Q", title="Absent, percent of days enrolled"),
        )
    )
    absence
    return absence, weekdays


if __name__ == "__main__":
    app.run()
