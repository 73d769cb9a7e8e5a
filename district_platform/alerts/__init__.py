"""Who is told when something is wrong, once, and when it is right again.

`kinds` says what an alert means, `runs` and `freshness` what is wrong now, `ledger` what was sent already, `message` what is written,
`channels` how it is sent, and `notify` puts them together, for the sensor of the daemon and for the command line. An
alert holds counts, ids of rules, steps and runs, and links: never a row, a name, or the text of an error, which may hold either.
"""
