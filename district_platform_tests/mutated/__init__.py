"""Deliveries made wrong at random: whatever they hold, each is read or refused in a sentence, and no row of them is lost.

`making` makes a delivery from a seed, `counting` counts its rows by the published rules and without the readers, `trial` reads
many of them in a process of its own, and `test_mutated` starts it.
"""
