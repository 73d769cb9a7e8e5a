"""Who is there: accounts, passwords, sessions, and the audit of what was done. What they may see is `web.access`.

store       the SQLite file that holds all of it; schema: its tables
accounts    who may sign in; ready_made: those of a synthetic district
passwords   argon2id, and what a password must be
second_factor codes of an authenticator app, and recovery codes
throttle    how often somebody may try
sessions    signed in, from here, until then
tokens      proof that a form is ours
keys        programs that read the API, and what a key opens
audit       who saw what; nothing takes a line out
entering    sign-in in its steps, sign-out, another role and a new password, from what a form holds
forms       the same as routes; code_forms: those of the second factor
"""
