"""What lies under the zones: streets, waters and places with their names, from files of any kind; for maps and for names of areas alone."""
