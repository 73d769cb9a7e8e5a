"""What a mapping probably is: from the files' names and headers, the form of their values, and the vendors that are known.

A proposal is never carried out: `review` asks, and only what a person confirms is converted.
"""
