"""Homes of earlier versions, and what this version makes of them.

homes/aae3dab.tar.xz    the home of a district of 120 synthetic students (2 school years) as commit aae3dab left it after two runs: one
                        finding waived and one week of corrections approved between them. Its database was copied table by table to
                        drop free blocks, and paths of the machine that made it were replaced in the history of runs
homes/0.2.0.tar.xz      a backup of the same by version 0.2.0, with two accounts, one of them disabled
"""
