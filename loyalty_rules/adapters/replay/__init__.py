"""Histories decided anew. `members` decides what stands in memory; the modules beside it decide tables of purchases,
which may be larger than memory (`loyalty replay`):

    tables    columns    rows of Parquet, CSV and JSON lines as texts, under the names of a map
    spilling             rows in files by group of members
    orders               rows of a member as events
    deciding  sides      the members of a group decided, by one programme or two
    comparing            where two programmes differ
    figures              what became of many members, added up
    together             the same where members share something
    work                 the folder in which work is kept, so that it goes on after a stop
    running              all of it, on all cores
    outputs   summary    the tables that are left
    plots     report     the pictures, and the page with them
"""
