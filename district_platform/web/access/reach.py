"""How much each role sees of its own students."""

from district_platform.web.access.viewer import Role

HISTORY = frozenset({Role.DISTRICT, Role.PRINCIPAL, Role.COUNSELOR, Role.KEY})
"""See their students' days at all schools; others those at the school through which they see them."""
ALL_PROGRAMS = frozenset({Role.PRINCIPAL, Role.COUNSELOR})
"""See every program of a student: one can tell a disability."""
