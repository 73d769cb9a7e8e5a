"""The pages in Streamlit: the same models, sentences and access as the plain pages, with filters beside them and charts that answer.

app       Streamlit and the plain routes as one application
script    what Streamlit runs for each visit and each change: who asks, which page, what is drawn
visiting  who asks: the browser's session, looked up at every run
drawing   a model as Streamlit elements; charts: its charts in Altair
arranging parts side by side, where a page is to be on one screen
asking    filters as widgets, and their place in the address

Needs the extra `dashboard`; without it the plain pages stand alone (`web.app`).
"""
