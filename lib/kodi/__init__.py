"""The face of the TV: the only room that imports Kodi's modules."""
