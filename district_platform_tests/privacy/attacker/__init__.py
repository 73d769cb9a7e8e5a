"""An attacker of the district's releases who shares nothing with the platform but its published files and pages.

What a stranger with a statistician's training would do: read every table and the brief (`tables`, `reading`, `brief`, `words`), add what
everybody knows (`public`), write down what must hold among counts (`relations`), narrow all of them by intervals (`propagation`), by
the whole numbers that told percentages fit (`fits`) and by programs (`programs`), compare releases (`releases`), and claim what is
left with one or two values (`findings`). It imports nothing of the platform, and reads no dictionary: what is missing there, it finds.

Its measure is commit aae3dab, whose audit had passed. `python -m benchmarks.attack --no-programs --without-public --home <home>`, with
released tables and the brief alone, on homes made by that commit:

| district of aae3dab | hidden counts of 1 to 9 | exactly | within one | told differences of 1 to 9 | false | CPU |
|---|--:|--:|--:|--:|--:|--:|
| 1,200 students, seed 7 | 4,970 | 309 | 128 | 419 | 0 | 3 s |
| 5,000 students, default seed | 11,429 | 293 | 276 | 1,754 | 0 | 7 s |

With programs, 311 of the 1,200 students' district, in 51 s. With the public figures, 427 and 457 by intervals alone.
"""

from .attack import attack

__all__ = ["attack"]
