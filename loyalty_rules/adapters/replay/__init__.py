"""Histories decided anew. `members` decides what stands in memory; the modules beside it decide tables of purchases,
which may be larger than memory (`loyalty replay`):

    tables    columns    rows of Parquet, CSV and JSON lines as texts, under the names of a map
    spilling             rows in files by group of members
    orders               rows of a member as events
    deciding  figures    what became of the members of a group
    together             the same where members share something
    work                 the folder in which work is kept, so that it goes on after a stop
    running              all of it, on all cores
    outputs   report     tables, pictures and the page that are left
"""
