"""Importing: what other systems hold becomes files of content, and stays in step with it.

source_text, json_text, table_text   bytes -> text, JSON with lines, rows; or refused by name
answer_forms                         each file by its form: an answer of a known one, or a table
jira/, azure/, plain_table           the answers and tables of a system -> work items (work_item)
values, moments, prose/              what a field means: text, numbers, people, UTC days, Markdown
exchange_map, draft_map              the map between a system and a portfolio, and a draft of it
wanted, state_history                work items and the map -> the values that each file is to have
content_index, identity              which file each work item is
last_import, merge, field_merge      three ways: what was said last time, stands here, is said now
item_file                            a new file, or one changed so that all other bytes stay
exchange_run, report                 the whole as a function: changes of files, and what is told

csv, rows, cells, mapping, file_text, disk   tables that come once: new files alone
"""
