"""The one room that speaks to a network: raw answers of a tracker, written as files.

address      whom to ask: a base address that is safe to send a token to
connection   one request and its answer; waits, tries again, follows no redirect to elsewhere
cleaning     answers without pictures, without addresses of people, and without what moves by itself
partial      answers that have come already, so that a fetch which stopped goes on
jira, azure  which requests a query takes, page by page, and the files of their answers
folder       the files, put in the place of the earlier ones in one step
fetch_error  why a fetch cannot finish

Nothing else imports it but the command `fetch`, and importing.source_text reads what it writes.
"""
