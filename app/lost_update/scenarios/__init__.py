"""The code that races: one short file a chapter, shown on the page as it stands."""
