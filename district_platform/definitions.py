"""The table of contents: layers in the order of the flow, then what runs them."""

import dagster as dg

from district_platform.analysis.assessments import assessment_participation, student_performance
from district_platform.analysis.chronic_absence import attendance_trend, chronic_absence
from district_platform.analysis.enrollment import enrollment_summary
from district_platform.analysis.gaps import equity_gaps
from district_platform.analysis.growth import student_growth
from district_platform.analysis.programs import program_evaluation
from district_platform.analysis.reconciliation import reconciliation_summary
from district_platform.analysis.schools import school_comparison
from district_platform.analysis.staffing import staffing_ratios
from district_platform.analysis.store import customer_segments, customers_mart, sales_team_mart
from district_platform.analysis.timekeeping import staff_hours
from district_platform.destinations.assets import destination_assets
from district_platform.destinations.copying import copy_assets
from district_platform.dimensions.courses import dim_course, dim_section
from district_platform.dimensions.schools import dim_calendar_date, dim_school, dim_session
from district_platform.dimensions.staff import dim_educator
from district_platform.dimensions.store import dim_customer, dim_product, dim_sales_person, dim_store
from district_platform.dimensions.students import dim_student, dim_subgroup
from district_platform.dimensions.timekeeping import dim_employee
from district_platform.engine.assets import (
    SettingsIOManager,
    settings_assets,
    shown_by_engine,
    table_asset,
    table_assets,
)
from district_platform.engine.resources import DistrictIOManager, Warehouse
from district_platform.facts.assessments import fct_student_assessment
from district_platform.facts.attendance_events import daily_attendance_source, fct_student_school_attendance_event
from district_platform.facts.daily_attendance import (
    fct_school_attendance_taken,
    fct_student_daily_attendance,
    msr_student_cumulative_attendance,
)
from district_platform.facts.growth import msr_student_growth
from district_platform.facts.programs import msr_program_stratum
from district_platform.facts.reconciliation import (
    fct_attendance_decision,
    fct_reconciled_attendance_event,
    fct_student_online_day,
    fct_tracked_attendance_day,
    learner_session_rejects,
)
from district_platform.facts.sections import fct_staff_section_association, fct_student_section_association
from district_platform.facts.staff import fct_educator_certification, fct_staff_assignment
from district_platform.facts.store import fct_store_sale
from district_platform.facts.students import (
    fct_student_program_association,
    fct_student_school_association,
    fct_student_subgroup,
)
from district_platform.facts.timekeeping import fct_staff_punch, fct_staff_shift, msr_staff_weekly_hours
from district_platform.operations import automation
from district_platform.operations.state_assets import PERMISSION, permission_resource, state_assets
from district_platform.outputs.assets import output_assets
from district_platform.outputs.uploads.asset import upload_job
from district_platform.privacy.release import release_assets
from district_platform.quality.assets import data_quality_report
from district_platform.quality.checks import quality_checks
from district_platform.quality.findings import quality_findings, quality_history
from district_platform.quality.resources import rule_book_resource
from district_platform.settings import Settings, load_settings
from district_platform.sources.delivery import source_assets
from district_platform.sources.reference.tables import reference_functions
from district_platform.staging.assets import staging_assets
from district_platform.staging.timekeeping import timekeeping_staging
from district_platform.standins.demo import edfi_api, timekeeping_api
from district_platform.timekeeping.assets import timekeeping_store


def definitions(settings: Settings) -> dg.Definitions:
    """The platform of one district."""
    sources = [settings_assets(settings), *source_assets(settings, edfi_api), *table_assets(reference_functions())]
    staging = [*staging_assets(settings), timekeeping_store(settings, timekeeping_api), timekeeping_staging(settings)]
    dimensions = table_assets(
        [
            dim_school,
            dim_calendar_date,
            dim_session,
            dim_student,
            dim_subgroup,
            dim_educator,
            dim_employee,
            dim_course,
            dim_section,
            dim_store,
            dim_sales_person,
            dim_customer,
            dim_product,
        ]
    )
    facts = table_assets(
        [
            fct_student_school_association,
            fct_student_section_association,
            fct_student_subgroup,
            fct_student_program_association,
            fct_student_school_attendance_event,
            fct_student_assessment,
            fct_educator_certification,
            fct_staff_assignment,
            fct_staff_section_association,
            fct_store_sale,
        ]
    )
    reconciliation = table_assets(
        [
            fct_student_online_day,
            learner_session_rejects,
            fct_attendance_decision,
            fct_tracked_attendance_day,
            fct_reconciled_attendance_event,
        ]
    )
    attendance = [
        *reconciliation,
        table_asset(fct_school_attendance_taken),
        table_asset(fct_student_daily_attendance, {"attendance_events": daily_attendance_source(settings.attendance)}),
        table_asset(msr_student_cumulative_attendance),
        table_asset(msr_student_growth),
        table_asset(msr_program_stratum),
    ]
    staff_time = table_assets([fct_staff_punch, fct_staff_shift, msr_staff_weekly_hours])
    marts = table_assets([customers_mart, sales_team_mart])
    analysis = table_assets(
        [
            enrollment_summary,
            chronic_absence,
            attendance_trend,
            student_performance,
            assessment_participation,
            equity_gaps,
            student_growth,
            program_evaluation,
            staffing_ratios,
            school_comparison,
            reconciliation_summary,
            customer_segments,
            staff_hours,
        ]
    )
    release = release_assets()
    quality = [quality_findings, quality_history, data_quality_report]
    outputs = output_assets(settings)

    warehouse = Warehouse.of(
        settings.home, settings.engine, settings.encryption, settings.credentials, settings.retries
    )
    return dg.Definitions(
        assets=shown_by_engine(
            settings.engine,
            [
                *sources,
                *staging,
                *dimensions,
                *facts,
                *attendance,
                *staff_time,
                *marts,
                *analysis,
                *release,
                *quality,
                *outputs,
                *state_assets(settings),
                *copy_assets(settings),
                *destination_assets(settings),
            ],
        ),
        asset_checks=quality_checks(),
        jobs=[*automation.jobs(), upload_job(settings)],
        schedules=automation.schedules(settings),
        sensors=automation.sensors(settings),
        resources={
            "warehouse": warehouse,
            "io_manager": DistrictIOManager(warehouse=warehouse),
            "settings_io": SettingsIOManager(settings),
            "rule_book": rule_book_resource(settings),
            PERMISSION: permission_resource(settings),
        },
        executor=dg.in_process_executor,
    )


defs = definitions(load_settings())
