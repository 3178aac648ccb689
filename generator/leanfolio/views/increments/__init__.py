"""How the work of an increment is shown: its board, loads, dependencies, votes and outcomes.

rows      the rows of JSON, CSV, the terminal and the tables of the page
words     what stands in words: standings, dependencies, loads
headline  how the increment goes, in one sentence
board     the board of teams and iterations, as the page draws it
drawing   the dependencies as a drawing
tables    the tables of the page
"""
