"""From a folder of files as people have them to a first scenario: what each file is, what has to be asked, and a scenario that runs."""
