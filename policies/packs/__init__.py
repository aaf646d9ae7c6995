"""Policy packs: an organisation's or a regulator's rules as readable files that one command loads.

    policies/packs/house/
        pack.yaml          title, description, valid_from
        triggers.yaml      one file for each section: a list of records
        …

Every app loads its own sections. It registers them when it starts, in the order in which they depend on each other:

    # sla/apps.py, in ready()
    register_section("calendars", load_calendars)

A loader gets the records and the run, writes by natural key, and returns how many rows it created or changed, so that
loading the same pack again changes nothing. Whatever is wrong in a file is a `PackError` with its file and line.
"""
