"""What a manager's mark says of a punch: that it is in, or out. Marks are certain; times alone must be interpreted."""

import ibis.expr.types as ir

IN_OVERRIDES = ("In Punch", "New Shift")
OUT_OVERRIDES = ("Out Punch",)
"""What the vendor's overrideType says of a punch that a manager marked; others say nothing of in and out."""


def is_marked_in(override_type: ir.StringValue) -> ir.BooleanValue:
    return override_type.isin(IN_OVERRIDES).fill_null(False)


def is_marked_out(override_type: ir.StringValue) -> ir.BooleanValue:
    return override_type.isin(OUT_OVERRIDES).fill_null(False)
