"""A portfolio as a database: tables of its items and figures, for SQL and data frames.

table     what a table is made of: columns of a few kinds, and their cells
items     a table for each type of item, made from the models; a table for each list and link
figures   a table for each view of the site: the rows that its page and its data files have
tables    all of them, with what the export stands for
sqlite    the tables as the bytes of a SQLite file
parquet   the tables as the bytes of Parquet files
"""
