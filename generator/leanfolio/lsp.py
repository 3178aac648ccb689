"""The door to editors: the Language Server Protocol over standard input and output.

It carries questions in and answers out; what they are is decided in `editing` and `fix`. An open
file is what its editor says it is, saved or not. Nothing here writes to the disk.
"""

import asyncio
import gc
import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

from lsprotocol import types as lsp
from pygls import uris
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from leanfolio import __version__, files
from leanfolio.editing.complete import Offer, complete
from leanfolio.editing.desk import Desk
from leanfolio.editing.rename import Refused, Renaming, rename
from leanfolio.editing.tell import Goal, Told, definition, item_at, mention_at, references, tell
from leanfolio.editing.text import Edit, Lines, on_line
from leanfolio.exporting.visible import visible
from leanfolio.fix import Fix, fixes, mend
from leanfolio.git import standing
from leanfolio.model import Item, Span
from leanfolio.problem import Problem
from leanfolio.source import Source

SOON = 0.002  # seconds: what is typed in one go is checked once
REQUEST_FAILED = -32803
MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&:])")
SEVERITIES = {"error": lsp.DiagnosticSeverity.Error, "warning": lsp.DiagnosticSeverity.Warning}
KINDS = {
    "field": lsp.CompletionItemKind.Field,
    "item": lsp.CompletionItemKind.Reference,
    "word": lsp.CompletionItemKind.EnumMember,
}
UNITS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2)}
FIX_ALL = "source.fixAll.leanfolio"


# Positions: ours count characters from 1, an editor's count code units from 0 ------------------


def width(text: str, encoding: str) -> int:
    """How many units of this encoding a text takes."""
    name, size = UNITS.get(encoding, ("", 0))
    return len(text.encode(name, "surrogatepass")) // size if name else len(text)


def position_of(lines: Lines, line: int, column: int, encoding: str) -> lsp.Position:
    """Our line and column as an editor counts; beyond the text, its end."""
    if line > len(lines):
        line, column = len(lines), len(lines.line(len(lines))) + 1
    return lsp.Position(line - 1, width(lines.line(line)[: max(column, 1) - 1], encoding))


def range_of(lines: Lines, span: Span, encoding: str) -> lsp.Range:
    return lsp.Range(
        position_of(lines, span.line, span.column, encoding),
        position_of(lines, span.end_line, span.end_column, encoding),
    )


def place_at(lines: Lines, position: lsp.Position, encoding: str) -> tuple[int, int]:
    """An editor's position as our line and column."""
    text = lines.line(position.line + 1)
    if text.isascii() or encoding not in UNITS:
        return position.line + 1, min(position.character, len(text)) + 1
    taken = 0
    for column, letter in enumerate(text, start=1):
        if taken >= position.character:
            return position.line + 1, column
        taken += width(letter, encoding)
    return position.line + 1, len(text) + 1


# What is open ----------------------------------------------------------------------------------


@dataclass
class Room:
    """A content folder with which an editor works: its desk, and which files are open."""

    root: Path
    desk: Desk
    open: dict[PurePosixPath, tuple[str, int | None]] = field(default_factory=dict)
    told: dict[PurePosixPath, tuple[Any, ...]] = field(default_factory=dict)
    waiting: bool = False

    @classmethod
    def at(cls, root: Path, as_of: date | None) -> "Room":
        """The folder as it lies on the disk."""
        room = cls(root, Desk(as_of, standing(root)))
        room.look()
        return room

    def look(self) -> None:
        """Read from the disk what has changed there, but for the files that are open."""
        content = files.load(self.root)
        desk = self.desk
        there = {source.path for source in content.sources} | self.open.keys()
        for path in [path for path in desk.order if path not in there]:
            desk.drop(path)
        for source in content.sources:
            if source.path not in self.open:
                desk.put(source)
        desk.furnish(frozenset(content.assets), content.problems, content.records)

    def uri(self, path: PurePosixPath) -> str:
        """The file's address, spelt as its editor spells it."""
        opened = self.open.get(path)
        return opened[0] if opened else (self.root / path).as_uri()

    def lines(self, path: PurePosixPath) -> Lines:
        sheet = self.desk.sheets.get(path)
        return sheet.lines if sheet else Lines("")


Asked = tuple[Room, PurePosixPath, int, int]


class Server(LanguageServer):
    """The language server: rooms by their folder, and how an answer is told."""

    def __init__(self, content: Path | None, as_of: date | None) -> None:
        super().__init__(
            "leanfolio", __version__, text_document_sync_kind=lsp.TextDocumentSyncKind.Full
        )
        self.content = content
        self.as_of = as_of
        self.rooms: dict[Path, Room] = {}

    @property
    def encoding(self) -> str:
        found = self.workspace.position_encoding
        return str(getattr(found, "value", found) or "utf-16")

    def enter(self, root: Path) -> Room:
        """The room of a content folder, read when it is first entered."""
        root = root.resolve()
        if root not in self.rooms:
            self.rooms[root] = Room.at(root, self.as_of)
            gc.collect()
            gc.freeze()  # items live as long as the server: they need not be looked through again
            self.soon(self.rooms[root])
        return self.rooms[root]

    def find(self, uri: str) -> tuple[Room, PurePosixPath] | None:
        """The room in which a file lies, and its path there; None for what is no content."""
        name = uris.to_fs_path(uri)
        if name is None or not name.lower().endswith(".md"):
            return None
        file = Path(name)
        file = file.parent.resolve() / file.name
        root = next((root for root in self.rooms if file.is_relative_to(root)), None)
        root = root or next(filter(is_content, file.parents), None)
        if root is None:
            return None
        path = PurePosixPath(file.relative_to(root).as_posix())
        if any(step.startswith(".") for step in path.parts):
            return None
        return self.enter(root), path

    def asked(
        self, uri: str, position: lsp.Position
    ) -> tuple[Room, PurePosixPath, int, int] | None:
        """The room, the path, the line and the column that a question is about."""
        found = self.find(uri)
        if found is None:
            return None
        room, path = found
        return (room, path, *place_at(room.lines(path), position, self.encoding))

    def soon(self, room: Room) -> None:
        """Check this room once what is on its way has come in."""
        if not room.waiting:
            room.waiting = True
            asyncio.get_running_loop().call_later(SOON, self.answer, room)

    def answer(self, room: Room) -> None:
        """Tell the editor the problems of every file for which they are others than before."""
        room.waiting = False
        found = room.desk.seen().by_path
        for path in {**dict.fromkeys(found), **room.told}:
            problems = tuple(found.get(path, ()))
            now = (problems, room.desk.sheets.get(path))
            if room.told.get(path, ((), None)) == now:
                continue
            room.told[path] = now
            opened = room.open.get(path)
            told = [self.diagnostic(room, each) for each in problems]
            self.text_document_publish_diagnostics(
                lsp.PublishDiagnosticsParams(room.uri(path), told, opened[1] if opened else None)
            )

    def diagnostic(self, room: Room, problem: Problem) -> lsp.Diagnostic:
        """A problem as an editor shows it."""
        at = problem.at
        span = on_line(at.line, at.column, at.length)
        return lsp.Diagnostic(
            range_of(room.lines(at.path), span, self.encoding),
            f"{visible(problem.message)}\n{visible(problem.hint)}",
            severity=SEVERITIES.get(problem.severity),
            code=problem.rule,
            source="leanfolio",
            related_information=[
                lsp.DiagnosticRelatedInformation(
                    self.location(
                        room, each.at.path, on_line(each.at.line, each.at.column, each.at.length)
                    ),
                    visible(each.note),
                )
                for each in problem.related
            ]
            or None,
        )

    def location(self, room: Room, path: PurePosixPath, span: Span) -> lsp.Location:
        return lsp.Location(room.uri(path), range_of(room.lines(path), span, self.encoding))

    def text_edit(self, room: Room, edit: Edit) -> lsp.TextEdit:
        lines = room.lines(edit.path)
        text = edit.text.replace("\n", lines.newline)
        return lsp.TextEdit(range_of(lines, edit.span, self.encoding), text)

    def workspace_edit(
        self,
        room: Room,
        edits: Iterable[Edit],
        moved: tuple[PurePosixPath, PurePosixPath] | None = None,
    ) -> lsp.WorkspaceEdit:
        """Edits in the form that this editor understands, a file's new name after them."""
        by_path: dict[PurePosixPath, list[lsp.TextEdit]] = {}
        for edit in edits:
            by_path.setdefault(edit.path, []).append(self.text_edit(room, edit))
        if not self.may("document_changes"):
            return lsp.WorkspaceEdit(
                changes={room.uri(path): found for path, found in by_path.items()}
            )
        changes: list[Any] = [
            lsp.TextDocumentEdit(
                lsp.OptionalVersionedTextDocumentIdentifier(
                    room.uri(path), room.open[path][1] if path in room.open else None
                ),
                found,
            )
            for path, found in by_path.items()
        ]
        if moved is not None:
            old, new = moved
            changes.append(lsp.RenameFile(room.uri(old), (room.root / new).as_uri()))
        return lsp.WorkspaceEdit(document_changes=changes)

    def may(self, what: str) -> Any:
        """What the editor said of its workspace edits."""
        workspace = self.client_capabilities.workspace
        edits = workspace.workspace_edit if workspace else None
        return getattr(edits, what, None) if edits else None


def is_content(folder: Path) -> bool:
    """Whether a folder holds a portfolio's content."""
    if (folder / "portfolio.md").is_file():
        return True
    return folder.name == "content" and (folder.parent / "mkdocs.yml").is_file()


def roots(server: Server, params: lsp.InitializeParams) -> list[Path]:
    """The content folders to begin with: the one that was named, or those of the workspace."""
    if server.content is not None and server.content.is_dir():
        return [server.content]
    named = [each.uri for each in params.workspace_folders or ()] or [params.root_uri or ""]
    folders = [Path(name) for name in map(uris.to_fs_path, filter(None, named)) if name]
    return [
        found
        for folder in folders
        for found in (folder / "content", folder)
        if is_content(found) and found.is_dir()
    ][:8]


# Answers ---------------------------------------------------------------------------------------


def item_of(offer: Offer, number: int, where: lsp.Range) -> lsp.CompletionItem:
    """An offer as an editor lists it, in our order."""
    return lsp.CompletionItem(
        offer.label,
        kind=KINDS[offer.kind],
        detail=visible(offer.detail) or None,
        documentation=visible(offer.note) or None,
        sort_text=f"{number:05}",
        filter_text=f"{offer.label} {offer.also}".strip(),
        text_edit=lsp.TextEdit(where, offer.insert),
    )


def hover_text(told: Told, *, markdown: bool) -> lsp.MarkupContent:
    """Facts as an editor shows them. What content says is text, whatever it looks like."""
    title, facts = visible(told.title), [visible(each) for each in told.facts]
    if not markdown:
        return lsp.MarkupContent(lsp.MarkupKind.PlainText, "\n".join([title, *facts]))
    bare = [MARKUP.sub(r"\\\1", each) for each in (title, *facts)]
    text = "\n\n".join([f"**{bare[0]}**", "  \n".join(bare[1:])])
    return lsp.MarkupContent(lsp.MarkupKind.Markdown, text)


def wants_markdown(server: Server) -> bool:
    document = server.client_capabilities.text_document
    hover = document.hover if document else None
    return lsp.MarkupKind.Markdown in (hover.content_format or () if hover else ())


def item_to_rename(
    room: Room, path: PurePosixPath, line: int, column: int
) -> tuple[Item, Span] | None:
    """The item under the cursor; on a file's first line the item that the file is."""
    mention = mention_at(room.desk, path, line, column)
    item = item_at(room.desk, path, line, column)
    if item is not None and mention is not None:
        return item, mention.span
    if line != 1 or mention is not None:
        return None
    whole = (each for each in room.desk.portfolio.items.values() if not each.origin.prefix)
    own = next((each for each in whole if each.origin.path == path), None)
    return (own, on_line(1, 1, len(room.lines(path).line(1)))) if own else None


def actions(
    server: Server, room: Room, path: PurePosixPath, params: lsp.CodeActionParams
) -> list[lsp.CodeAction]:
    """The fixes of the problems in a range, the safe ones first."""
    first, last = params.range.start.line + 1, params.range.end.line + 1
    found: list[Fix] = []
    for problem in room.desk.seen().by_path.get(path, ()):
        if first <= problem.at.line <= last:
            found += fixes(room.desk, problem, guess=True)
    return [
        lsp.CodeAction(
            visible(f"leanfolio: {each.title}"),
            kind=lsp.CodeActionKind.QuickFix,
            diagnostics=[
                known
                for known in params.context.diagnostics
                if each.problem
                and known.code == each.problem.rule
                and known.range.start.line == each.problem.at.line - 1
            ],
            is_preferred=each.safe,
            edit=server.workspace_edit(room, each.edits),
        )
        for each in sorted(found, key=lambda each: not each.safe)
    ]


def all_fixes(server: Server, room: Room, path: PurePosixPath) -> list[lsp.CodeAction]:
    """One action that makes every safe fix of a file."""
    trial = room.desk.copy()
    if path not in trial.sheets or not mend(trial, frozenset((path,))):
        return []
    edit = difference(path, room.lines(path), trial.sheets[path].lines)
    return [
        lsp.CodeAction(
            "leanfolio: make every safe fix in this file",
            kind=FIX_ALL,
            edit=server.workspace_edit(room, (edit,)),
        )
    ]


def difference(path: PurePosixPath, old: Lines, new: Lines) -> Edit:
    """The one edit, of whole lines, that makes the new text of the old one."""
    before = [old.whole(number, number) for number in range(1, len(old) + 1)]
    after = [new.whole(number, number) for number in range(1, len(new) + 1)]
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    most = min(len(before), len(after)) - head
    while tail < most and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    text = "".join(after[head : len(after) - tail]).replace("\r\n", "\n")
    return Edit(path, Span(head + 1, 1, len(before) - tail + 1, 1), text)


def server_for(content: Path | None = None, as_of: date | None = None) -> Server:
    """A server with all that it can do. Without a folder it works in the editor's own."""
    server = Server(content, as_of)
    begin: list[Path] = []

    @server.feature(lsp.INITIALIZE)
    def initialize(_: Server, params: lsp.InitializeParams) -> None:
        begin.extend(roots(server, params))

    @server.feature(lsp.INITIALIZED)
    async def initialized(_: Server, params: lsp.InitializedParams) -> None:
        for root in begin:
            server.enter(root)
        await watch(server)

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def opened(_: Server, params: lsp.DidOpenTextDocumentParams) -> None:
        took(server, params.text_document.uri, params.text_document.version)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def changed(_: Server, params: lsp.DidChangeTextDocumentParams) -> None:
        took(server, params.text_document.uri, params.text_document.version)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def closed(_: Server, params: lsp.DidCloseTextDocumentParams) -> None:
        found = server.find(params.text_document.uri)
        if found is not None:
            room, path = found
            room.open.pop(path, None)
            look_again(server, room)

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def on_disk(_: Server, params: lsp.DidChangeWatchedFilesParams) -> None:
        for room in list(server.rooms.values()):
            ours = {uri for uri, _ in room.open.values()}
            if any(
                each.uri not in ours or each.type is not lsp.FileChangeType.Changed
                for each in params.changes
            ):
                look_again(server, room)

    add_questions(server)
    return server


async def watch(server: Server) -> None:
    """Ask the editor to say when files change on the disk, where it can."""
    workspace = server.client_capabilities.workspace
    able = workspace.did_change_watched_files if workspace else None
    if able is None or not able.dynamic_registration:
        return
    patterns: list[lsp.Pattern | lsp.RelativePattern] = ["**/content/**"]
    if able.relative_pattern_support:
        patterns = [lsp.RelativePattern(root.as_uri(), "**/*") for root in server.rooms]
    options = lsp.DidChangeWatchedFilesRegistrationOptions(
        [lsp.FileSystemWatcher(each) for each in patterns]
    )
    method = lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES
    await server.client_register_capability_async(
        lsp.RegistrationParams([lsp.Registration("leanfolio-files", method, options)])
    )


def took(server: Server, uri: str, version: int | None) -> None:
    """Take an open file's text as its editor has it now."""
    found = server.find(uri)
    if found is None:
        return
    room, path = found
    text = server.workspace.get_text_document(uri).source
    room.open[path] = (uri, version)
    room.told[path] = ((), None)  # the answer to a change is always sent, with its version
    room.desk.put(Source(path, text.encode("utf-8", "surrogatepass")))
    server.soon(room)


def look_again(server: Server, room: Room) -> None:
    """Read the disk anew; a folder that is gone leaves the last state in sight."""
    try:
        room.look()
    except OSError:
        return
    server.soon(room)


def add_questions(server: Server) -> None:
    """What an editor may ask about a place in a file."""

    @server.feature(
        lsp.TEXT_DOCUMENT_COMPLETION,
        lsp.CompletionOptions(trigger_characters=[":", " ", "[", "{", ","]),
    )
    def completion(_: Server, params: lsp.CompletionParams) -> lsp.CompletionList | None:
        asked = server.asked(params.text_document.uri, params.position)
        found = complete(asked[0].desk, *asked[1:]) if asked else None
        if asked is None or found is None:
            return None
        where = range_of(asked[0].lines(asked[1]), found.span, server.encoding)
        listed = [item_of(each, number, where) for number, each in enumerate(found.offers)]
        return lsp.CompletionList(is_incomplete=not found.complete, items=listed)

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def hover(_: Server, params: lsp.HoverParams) -> lsp.Hover | None:
        asked = server.asked(params.text_document.uri, params.position)
        told = tell(asked[0].desk, *asked[1:]) if asked else None
        if asked is None or told is None:
            return None
        return lsp.Hover(
            hover_text(told, markdown=wants_markdown(server)),
            range_of(asked[0].lines(asked[1]), told.span, server.encoding),
        )

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    def to_definition(_: Server, params: lsp.DefinitionParams) -> lsp.Location | None:
        asked = server.asked(params.text_document.uri, params.position)
        goal: Goal | None = definition(asked[0].desk, *asked[1:]) if asked else None
        return server.location(asked[0], goal.path, goal.span) if asked and goal else None

    @server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    def to_references(_: Server, params: lsp.ReferenceParams) -> Sequence[lsp.Location] | None:
        asked = server.asked(params.text_document.uri, params.position)
        found = item_to_rename(*asked) if asked else None
        if asked is None or found is None:
            return None
        own = params.context.include_declaration
        return [
            server.location(asked[0], each.path, each.span)
            for each in references(asked[0].desk, found[0], own=own)
        ]

    @server.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
    def to_rename(_: Server, params: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
        asked = server.asked(params.text_document.uri, params.position)
        found = item_to_rename(*asked) if asked else None
        if asked is None or found is None:
            return None
        kinds = server.may("resource_operations") or ()
        may_move = (
            bool(server.may("document_changes")) and lsp.ResourceOperationKind.Rename in kinds
        )
        try:
            done: Renaming = rename(asked[0].desk, found[0], params.new_name, may_move=may_move)
        except Refused as refused:
            raise JsonRpcException(str(refused), REQUEST_FAILED) from None
        return server.workspace_edit(asked[0], done.edits, done.moved)

    @server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
    def prepare(_: Server, params: lsp.PrepareRenameParams) -> lsp.PrepareRenamePlaceholder | None:
        asked = server.asked(params.text_document.uri, params.position)
        found = item_to_rename(*asked) if asked else None
        if asked is None or found is None:
            return None
        where = range_of(asked[0].lines(asked[1]), found[1], server.encoding)
        return lsp.PrepareRenamePlaceholder(where, found[0].id)

    @server.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        lsp.CodeActionOptions(code_action_kinds=[lsp.CodeActionKind.QuickFix, FIX_ALL]),
    )
    def to_actions(_: Server, params: lsp.CodeActionParams) -> list[lsp.CodeAction] | None:
        found = server.find(params.text_document.uri)
        if found is None:
            return None
        only = [str(getattr(kind, "value", kind)) for kind in params.context.only or ()]
        room, path = found
        listed: list[lsp.CodeAction] = []
        if not only or any("quickfix".startswith(each) for each in only):
            listed += actions(server, room, path, params)
        if any(FIX_ALL.startswith(each) for each in only):
            listed += all_fixes(server, room, path)
        return listed or None


def unexpected(record: logging.LogRecord) -> bool:
    """Whether pygls tells of a fault of ours. A rename that is refused is none."""
    return record.exc_info is None or not isinstance(record.exc_info[1], JsonRpcException)


def serve(content: Path | None, as_of: date | None = None) -> None:
    """Serve one editor until it says goodbye."""
    logging.getLogger("pygls.protocol.json_rpc").addFilter(unexpected)
    gc.set_threshold(100_000, 20, 20)  # an answer makes many values and keeps few
    server_for(content, as_of).start_io()
