"""Editing: what an editor asks of a portfolio while somebody types in one of its files.

    text        a file's text by lines and columns, and changes to it
    field_edits, places, front_matter   set, append to and remove fields; all other bytes stay
    workspace        all files as they stand in the editor: one change costs one file
    cursor      where in a half-typed file the cursor stands
    slots       what may stand in a place: its fields, words, items
    complete    what may be written at the cursor
    mention     every place where an item is named
    tell        what stands under the cursor, in words
    begin       a new item: the next free id, and a file for it
    rename      an item's new id, in every file that names it

Nothing here reads a file, a clock or a wire: `lsp` is the door.
"""
