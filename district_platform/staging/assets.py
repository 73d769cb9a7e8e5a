"""Staged tables as Dagster assets: one an extract."""

import dagster as dg

from district_platform.dictionary import EXTRACTS, TABLES, Table
from district_platform.engine.assets import settings_key, table_spec
from district_platform.engine.resources import Warehouse, table_metadata
from district_platform.engine.versions import code_version
from district_platform.retries import retried
from district_platform.settings import ExtractFormat, Settings
from district_platform.sources.extracts import extract_key, files_to_read, students_are_required
from district_platform.staging.formats import formats_of
from district_platform.staging.loading import Loaded, load_files, main_fault
from district_platform.staging.setting_aside import fill_error_area


def staging_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """Raises SettingsError where sources.extracts names what is no extract, no column, or no format of a time."""
    formats = formats_of(settings.sources)
    return [_staging_asset(extract, settings, formats[name]) for name, extract in EXTRACTS.items()]


def _staging_asset(extract: Table, settings: Settings, form: ExtractFormat) -> dg.AssetsDefinition:
    staged = TABLES[f"stg_{extract.name}"]

    def stage(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult:
        with warehouse.tables() as tables:
            loaded = load_files(tables, files_to_read(settings.home, settings.sources, extract), extract, form)
            metadata = table_metadata(tables, staged)
            is_end = (
                extract.is_required and not loaded.n_accepted and students_are_required(settings.home, settings.sources)
            )
            fault = main_fault(tables, extract.path) if is_end else None
        if extract.sets_files_aside:
            fill_error_area(warehouse.home.errors, settings.home.raw, extract, loaded.files)
        for file in loaded.files:
            if file.problem:
                context.log.warning(f"{file.name} {file.problem}")
            if file.copy_of:
                context.log.info(f"{file.name} holds what {file.copy_of} does: it was read once")
        if loaded.n_rejected:
            context.log.warning(f"{extract.path}: {loaded.n_rejected} of {loaded.n_read} rows rejected")
        if is_end:
            raise dg.Failure(_nothing_to_build_on(loaded, fault), allow_retries=False)
        counts = {"rows read": loaded.n_read, "rows accepted": loaded.n_accepted, "rows rejected": loaded.n_rejected}
        return dg.MaterializeResult(metadata={**metadata, **counts})

    return dg.asset(
        name=staged.name,
        deps=[extract_key(extract), settings_key("sources")],
        code_version=code_version(stage, [staged]),
        **table_spec(staged),
    )(retried(settings.retries)(stage))


def _nothing_to_build_on(loaded: Loaded, fault: str | None) -> str:
    """The reason why the run ends here: every other table is about the schools, students and enrollments that this one lacks."""
    problems = [f"{file.name} {file.problem}" for file in loaded.files if file.problem]
    rows = f"none of its {loaded.n_read:,} rows was accepted" if loaded.n_read else "it holds no row"
    rows += f": {fault}" if fault else ""
    why = "; ".join(problems) or rows
    return f"{loaded.extract} is required: {why}. Nothing was built; `district-platform check` shows every fault of the extracts."
