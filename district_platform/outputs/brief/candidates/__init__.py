"""What each subject's figures might be a finding about: one module a subject, one generator of candidates in it.

Which of them are found is decided in `findings`.
"""
