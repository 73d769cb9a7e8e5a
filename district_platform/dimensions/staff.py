"""Educators."""

import ibis


def dim_educator(stg_educators: ibis.Table) -> ibis.Table:
    return stg_educators.rename(k_educator="educator_id")
