"""Statistical disclosure control of linked frequency tables by cell suppression.

Problem. Tables of counts are published together and share cells: totals, hierarchies over the same units, stocks and flows. A count under
a minimum frequency is sensitive and is hidden (primary suppression). Sums can give it away, so other cells must be hidden too
(complementary or secondary suppression). What an attacker can work out about a hidden cell is its feasibility interval: its lowest and
highest value over all tables that agree with everything published. The interval must be at least as wide as the protection level.

Objective. Suppress cells of least total weight, so that the feasibility interval of every sensitive cell is wide enough, and no total minus
its published parts leaves a sensitive number. The weights come in with the tables. Finding the minimum is NP-hard (Kelly, Golden and
Assad); this method does not claim to find it.

Algorithm (`suppression`), in five steps:
1. Hide the sensitive cells, and the parts of a hidden whole (`tables`, `state`).
2. Equation by equation: where one equation alone gives a hidden cell away, hide its cheapest cell. A cell costs more if other equations
would then need a further hidden cell (`heuristic`).
3. Attack (`attacker`): narrow all intervals by every equation in turn until they settle. Then linear programs that move many cells at once
look for two tables that both fit and differ in a cell (`programs`). When few cells are left undecided, integer programs decide them, two
for each cell.
4. Where a cell's interval is too narrow, hide another cell of its equations. If all of those are hidden, a linear program finds the
cheapest cells that must change to give the cell room: hide those (`protection`). Go on with 2.
5. Where that no longer helps, stop saying whether hidden cells near it are small. Where public cells still leave no room, say nothing about
these cells, not even that anybody is counted (`withdraw`).

Guaranteed: the algorithm ends, because each round hides a cell, stops saying the size of one, or withdraws one that was not withdrawn, and
public cells are asked for nothing. Then every sensitive cell's feasibility interval is at least as wide as the protection level (for a part
of a hidden whole: it holds at least two values). The exception is cells about which nothing is said. The guarantee assumes an attacker who
knows the equations handed in, that counts are whole numbers, and the words that distinguish a hidden cell under the minimum from other
hidden cells. All linked tables are protected together, so the order of the tables leaves none unsafe. Random choices are seeded and HiGHS
runs in one thread, so the same tables give the same cells; the same equations in another order may give others. Zeros are published. There
is no protection against an attacker who knows other equations, or a cell that is not marked as public; a disclosure audit that makes its
own equations should follow (privacy.audit is one).

Heuristic: the choice of cells in steps 2 and 4. There is no bound on how much more than the minimum is hidden. Comparison with the exact
minimum on small random tables: benchmarks/suppression_minimum.py. Results on published examples: docs/privacy.md.

How it compares. tau-ARGUS has an exact method for one table (Optimal; Fischetti and Salazar) and one that protects the subtables of
hierarchical and linked tables in turn (Modular). sdcTable has a similar method (HITAS) and a simple heuristic. Protecting tables in turn
can leave cells of linked tables unsafe (sdcTools/UserSupport, issue 136). GaussSuppression protects all tables at once by elimination: no
suppressed cell is a linear combination of published ones. That does not bound how closely a cell can be estimated; intervals are an option
of later versions. The method here is built on intervals and their width, and is for frequency tables only: no dominance or p-percent rule,
no magnitude tables, no protection of zeros.

Sources. Cox, Suppression Methodology and Statistical Disclosure Control, JASA 75 (1980). Kelly, Golden and Assad, Cell Suppression:
Disclosure Protection for Sensitive Tabular Data, Networks 22 (1992). Fischetti and Salazar, Solving the Cell Suppression Problem on Tabular
Data with Linear Constraints, Management Science 47 (2001). Langsrud, GaussSuppression (CRAN). Meindl, sdcTable (CRAN). Hundepool and
others, Statistical Disclosure Control (2012), and the manual of tau-ARGUS.

Nothing here knows what is counted: cells, weights, equations and protection levels come in as data (`LinkedTables`).
"""

from district_platform.disclosure.suppression import Suppression, suppress
from district_platform.disclosure.tables import LinkedTables

__all__ = ["LinkedTables", "Suppression", "suppress"]
