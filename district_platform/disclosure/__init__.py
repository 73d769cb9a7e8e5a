"""Statistical disclosure control of linked frequency tables by cell suppression.

Problem. Tables of counts are published together and share cells: totals, hierarchies over the same units, stocks and flows. A count under
a minimum frequency is sensitive and is hidden (primary suppression). Sums give it away, so that other cells must be hidden for its sake
(complementary or secondary suppression). What an attacker can work out of a hidden cell is its feasibility interval: its lowest and
highest value in all tables that fit everything that is published. It must be at least as wide as the protection level.

Objective. Suppress cells of least total weight, so that the feasibility interval of every sensitive cell is wide enough and no total
less its told parts leaves a sensitive number. The weights come in with the tables. To find the least is NP-hard (Kelly, Golden and
Assad), and is not claimed here.

Algorithm (`suppression`), in five steps:
1. Hide the sensitive cells, and the parts of a hidden whole (`tables`, `state`).
2. Equation by equation, where one gives a hidden cell away by itself, hide the cell of it that costs least; one that other equations
   would need a second cell for costs more (`heuristic`).
3. Attack (`attacker`): narrow all intervals by every equation in turn until they settle; then look for two tables that both fit and differ
   in a cell, by linear programs that move many cells at once (`programs`). What is left undecided is solved for by integer programs, two
   for a cell, once few cells are.
4. Beside a cell whose interval is too narrow hide another; where all beside it are hidden, those that a linear program of least cost
   must change to give the cell room (`protection`). Go on with 2.
5. Where that helps no more, no longer tell whether hidden cells near it are small; where public cells leave no room even so, tell
   nothing of them, not even that anybody is counted (`withdraw`).

Guaranteed: it ends, and then no sensitive cell's feasibility interval is narrower than the protection level (of a part of a hidden whole:
narrower than two values), but of cells of which nothing is told. That holds given the equations that were handed in, whole numbers, and
words that tell a hidden cell under the minimum from one that is not. All linked tables are looked at together, so that none is left
unsafe by the order in which tables come. Chance is seeded and HiGHS runs in one thread, so that the same tables give the same cells;
the same equations in another order may give others. Zeros are told. An attacker who knows
other equations, or a cell that is not marked as public, is not guarded against; a disclosure audit that makes its equations by itself
should follow (privacy.audit is one).

Heuristic, without a bound on how much more than the least is hidden: which cells are taken in steps 2 and 4. Beside the exact least of
small random tables: benchmarks/suppression_minimum.py. On examples that others published: docs/privacy.md.

How it compares. tau-ARGUS has an exact method for one table (Optimal; Fischetti and Salazar) and one that protects the subtables of
hierarchical and linked tables in turn (Modular). sdcTable has the like (HITAS), and a simple heuristic. Protecting tables in turn can
leave cells of linked tables unsafe (sdcTools/UserSupport, issue 136). GaussSuppression protects all tables at once by elimination: no
suppressed cell is a linear combination of told ones, which says nothing of bounds; intervals are an option of later versions. Here
intervals and their width are the method, for frequency tables alone: no dominance or p-percent rule, no magnitude tables, no protection
of zeros.

Sources. Cox, Suppression Methodology and Statistical Disclosure Control, JASA 75 (1980). Kelly, Golden and Assad, Cell Suppression:
Disclosure Protection for Sensitive Tabular Data, Networks 22 (1992). Fischetti and Salazar, Solving the Cell Suppression Problem on Tabular
Data with Linear Constraints, Management Science 47 (2001). Langsrud, GaussSuppression (CRAN). Meindl, sdcTable (CRAN). Hundepool and
others, Statistical Disclosure Control (2012), and the manual of tau-ARGUS.

Nothing here knows what is counted: cells, weights, equations and protection levels come in as data (`LinkedTables`).
"""

from district_platform.disclosure.suppression import Suppression, suppress
from district_platform.disclosure.tables import LinkedTables

__all__ = ["LinkedTables", "Suppression", "suppress"]
