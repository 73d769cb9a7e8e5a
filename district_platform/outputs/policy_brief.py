"""The policy brief in Dagster. What it says, and how it looks, stands in `brief`, which is imported when one is written."""

import datetime as dt
import json

import dagster as dg
import pandas as pd

from district_platform.dictionary import Layer, Owner, tables_in
from district_platform.engine.assets import OUTPUT_GROUP, asset_inputs, owner_tag
from district_platform.engine.resources import Warehouse
from district_platform.engine.versions import code_version
from district_platform.quality import annex
from district_platform.quality.report import REPORT_FILE
from district_platform.settings import Attendance, Quality

BRIEF = "policy_brief.pdf"


def brief_asset(district_name: str) -> dg.AssetsDefinition:
    def policy_brief(
        warehouse: Warehouse,
        as_of_date: dt.date,
        quality: Quality,
        attendance: Attendance,
        release_enrollment_summary: pd.DataFrame,
        release_student_performance: pd.DataFrame,
        release_assessment_participation: pd.DataFrame,
        release_staffing_ratios: pd.DataFrame,
        release_school_comparison: pd.DataFrame,
        release_chronic_absence: pd.DataFrame,
        release_attendance_trend: pd.DataFrame,
        release_equity_gaps: pd.DataFrame,
        release_program_evaluation: pd.DataFrame,
        release_student_growth: pd.DataFrame,
        release_reconciliation_summary: pd.DataFrame,
        release_staff_hours: pd.DataFrame,
        release_customer_segments: pd.DataFrame,
    ) -> dg.MaterializeResult:
        from district_platform.outputs.brief import Release, write_brief
        from district_platform.outputs.brief.quality_report import RULES_ON_SCHOOLS

        report = json.loads((warehouse.home.build / REPORT_FILE).read_text())
        report = annex.with_finding_keys(report, annex.read(warehouse.home.build), *RULES_ON_SCHOOLS)
        release = Release(
            enrollment_summary=release_enrollment_summary,
            student_performance=release_student_performance,
            assessment_participation=release_assessment_participation,
            staffing_ratios=release_staffing_ratios,
            school_comparison=release_school_comparison,
            chronic_absence=release_chronic_absence,
            attendance_trend=release_attendance_trend,
            equity_gaps=release_equity_gaps,
            program_evaluation=release_program_evaluation,
            student_growth=release_student_growth,
            reconciliation_summary=release_reconciliation_summary,
            staff_hours=release_staff_hours,
            customer_segments=release_customer_segments,
        )
        path = warehouse.home.build / BRIEF
        write_brief(path, release, report, district_name, as_of_date, quality=quality, attendance=attendance)
        return dg.MaterializeResult(metadata={"path": dg.MetadataValue.path(warehouse.home.reports / BRIEF)})

    return dg.asset(
        group_name=OUTPUT_GROUP,
        description="Two pages for the superintendent and the board, every sentence made from released numbers.",
        ins=asset_inputs(policy_brief),
        deps=["data_quality_report"],
        owners=[owner_tag(Owner.DATA)],
        kinds={"pdf"},
        code_version=code_version(policy_brief, tables_in(Layer.RELEASE)),
    )(policy_brief)
