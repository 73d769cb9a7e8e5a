"""Streamlit's script: runs from top to bottom for each visit and each change."""

from district_platform.web.dashboard.showing import show

show()
