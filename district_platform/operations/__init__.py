"""Running the platform: what runs when (`automation`), a run on this machine (`running`), after a kill (`recovery`), copies (`backup`)."""
