"""Publications where others read them: a destination is loaded after a publication, and never holds one up."""
