"""The MkDocs plugin: hands our pages to MkDocs. Beside `mkdocs_preview` no file imports mkdocs.

MkDocs is asked for what it is good at: its configuration file, `serve`, other plugins, and writing
files. It never reads our Markdown (its front matter parser swallows errors), never renders it (its
Markdown is another dialect), and its theme is one line that prints the page we made. The same file
runs on ProperDocs, the maintained fork, whose classes are taken from the configuration it hands us.
"""

import logging
import os
from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import config_options, load_config
from mkdocs.config.base import Config, ValidationError
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, ConfigurationError, PluginError
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.utils import get_build_date

from leanfolio.cache.prose_links import scanning
from leanfolio.cache.store import Store, own_cache, project_name
from leanfolio.check.rule import Scan, scanned
from leanfolio.development_server import SiteState, guarded
from leanfolio.disk.configuration import WrongConfiguration, configuration_file, configuration_log
from leanfolio.disk.files import Project
from leanfolio.disk.git import changed, head
from leanfolio.disk.git_revision import UnknownRevision
from leanfolio.disk.project import day_of, load, with_history
from leanfolio.disk.replace import copy_plain, files_below, staged, write_manifest
from leanfolio.disk.site_changes import with_change_story
from leanfolio.disk.site_sources import configuration_changed
from leanfolio.disk.templates import first_link, templates_folder
from leanfolio.disk.translations import read_translations
from leanfolio.model import Visibility
from leanfolio.model.source import Commit, Content
from leanfolio.model.visibility import AUDIENCES
from leanfolio.output.html.graphviz_engine import EmbeddedGraphviz, Engine, SystemGraphviz
from leanfolio.output.html.settings import Past, SiteSettings
from leanfolio.output.html.site import Site
from leanfolio.output.problems.errors import errors_as_text
from leanfolio.output.progress import Progress
from leanfolio.output.site_folder import SiteFolder
from leanfolio.output.site_outputs import site_outputs
from leanfolio.output.sitemap import SITEMAP, sitemap_files
from leanfolio.pipeline import published, published_assets
from leanfolio.views.built import Built
from leanfolio.views.page_spec import PageSpec
from leanfolio.views.pages import NOT_FOUND

if TYPE_CHECKING:  # it loads a web server
    from mkdocs.livereload import LiveReloadServer

log = logging.getLogger("mkdocs.plugins.leanfolio")


class TemplatesFolder(config_options.Dir):
    """A folder of templates: neither a symbolic link, nor with one in it, nor behind one."""

    def run_validation(self, value: object) -> str:
        folder = super().run_validation(value)
        link = first_link(Path(folder), Path(self.config_dir or folder))
        if link is not None:
            raise ValidationError(f"{link} is a symbolic link, and none is followed.")
        return folder


class LeanfolioConfig(Config):  # type: ignore[no-untyped-call]
    """What may stand under `leanfolio:` in mkdocs.yml."""

    audience: "config_options.Choice[Visibility]" = config_options.Choice(
        AUDIENCES, default="public"
    )
    as_of = config_options.Optional(config_options.Type(str))
    language = config_options.Type(str, default="en")
    graphviz = config_options.Choice(("embedded", "system"), default="embedded")
    templates = config_options.Optional(TemplatesFolder(exists=True))
    changes_since = config_options.Optional(config_options.Type(str))


class OurPage(MkDocsPage):
    """A page that comes whole from us; MkDocs neither reads nor renders it."""

    site: Site
    slot: PageSpec
    progress: Progress
    number = 0  # among all pages

    def read_source(self, config: MkDocsConfig) -> None:
        self.markdown = ""
        self.meta = {}

    def render(self, config: MkDocsConfig, files: Files) -> None:
        self.content = ""
        self.toc = []  # type: ignore[assignment]
        self.present_anchor_ids = set()

    def whole(self) -> str:
        """The page as HTML, made when the theme's one line asks for it, and not kept."""
        self.progress.step(self.number, len(self.site.slots))
        return self.site.html(self.slot)


class Attachment(File):
    """A picture or document of content, copied in pieces and through no link."""

    digests: dict[str, str]

    def copy_file(self, dirty: bool = False) -> None:
        root, path = Path(self.src_dir or ""), PurePosixPath(self.src_uri)
        digest = copy_plain(root, path, Path(self.abs_dest_path))
        self.digests[self.dest_uri] = digest


class LeanfolioPlugin(BasePlugin[LeanfolioConfig]):  # type: ignore[no-untyped-call]
    """Checks the content, then gives MkDocs one page per item and per view."""

    root: Path  # the content folder
    given: tuple[Content, Built] | None = None  # from `leanfolio build`, which has checked already
    earlier: Path | None = None  # the site that this build will replace
    last: tuple[Content, Built] | None = None  # what was last published without an error
    serving = False
    anew = False  # whether nothing that earlier builds have kept is used
    content: Content  # of the site that is made
    commit: Commit | None = None  # that this content is of, or the work tree on top of it
    dirty = False  # whether the content of the work tree is other than that of the commit
    beyond_commit = False  # whether that, or what else the site is made from, is
    past: Past | None = None  # where the content is that of a commit, and not of a work tree
    executor: Executor | None = None  # what makes the pages, instead of processes of our own
    whole = False  # MkDocs empties the site's folder, and all that will be in it is of this build

    def __init__(self) -> None:
        self.state = SiteState(published=True)  # what pages of `mkdocs serve` say is wrong
        self.store: Store | None = None
        self.progress = Progress()
        self.cache_problem = ""  # why the cache spared no work, once this build has ended
        self.engine: Engine | None = None
        self.digests: dict[str, str] = {}  # of what stands in the new site already, by path
        self.folder: SiteFolder | None = None  # what pages are written to, where MkDocs need not
        self.is_alone = True  # whether nobody else may change the new site

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Being here keeps this plugin and its caches alive over the rebuilds of serve."""
        self.serving = command == "serve"
        self.whole = command == "build" and not dirty

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read and check before MkDocs empties its output: a broken portfolio ends here."""
        self.root = root = Path(config.docs_dir)
        self.content, built = self.last = self._without_errors(*(self.given or self._loaded(root)))
        self.commit = self.past.commit if self.past else head(root)
        of_tree = self.commit is not None and not self.past
        self.dirty = of_tree and changed(root)
        given = Path(config.config_file_path or "")
        self.beyond_commit = self.dirty or (of_tree and configuration_changed(root, given))
        visible = self._visible(built)
        if self.past is not None:
            config.site_url = self.past.address(config.site_url)
        self.assets = published_assets(visible, self.content.assets, self._scan())
        self.site = self._site(config, visible)
        self._arrange(config)
        if self.commit and "SOURCE_DATE_EPOCH" not in os.environ:
            os.environ["SOURCE_DATE_EPOCH"] = str(self.commit.time)
        return config

    def _without_errors(self, content: Content, built: Built) -> tuple[Content, Built]:
        """What is to be published: this or, while `mkdocs serve` runs, the last without errors."""
        self.state.trouble = ""
        if not built.errors:
            return content, built
        text = errors_as_text(content, built, prefix=f"{self.root.name}/")
        if not (self.serving and self.last):
            raise PluginError(text)
        log.error("%s\nThe last good site is shown until this is fixed.", text)
        self.state.trouble = text
        return self.last

    def _visible(self, built: Built) -> Built:
        """What the audience may see, with what git says of earlier days and what has changed."""
        self.progress.stage("read history from git")
        past = self.past
        where, revision = (past.folder, past.commit.id) if past else (self.root, "HEAD")
        whole = with_history(built, where, self._opened(), revision)
        self.progress.stage("find what has changed")
        visible = published(whole, self.config.audience, self._scan())
        if past is not None:
            past.refuse_hidden(visible.portfolio, self.config.audience)
        return self._with_change_story(whole, visible, where)

    def _arrange(self, config: MkDocsConfig) -> None:
        """Have MkDocs write our files as they are, and none of its own."""
        # A page opened from disk has no server to find index.html for it.
        config.use_directory_urls = False
        config.theme = type(config.theme)(
            name=None,
            custom_dir=str(templates_folder() / "theme"),
            static_templates=[],
        )
        self.is_alone = len(config.plugins) == 1 and not config.hooks
        if self.is_alone or not config.site_url:
            config.theme.static_templates.clear()  # it always names the sitemap
        self.folder = None  # that of the last build, as MkDocs keeps this plugin
        if self.earlier is not None and self.is_alone:
            self.folder = SiteFolder(Path(config.site_dir), self.earlier, self.digests)
            # MkDocs makes a file of all that it finds, and on_files drops them: let it find none.
            config.docs_dir = config.site_dir

    def _with_change_story(self, whole: Built, visible: Built, folder: Path) -> Built:
        """The same with what changed since the last increment, where git has that revision."""
        past = self.past
        since = (past.since if past else None) or self.config.changes_since
        if self.commit is None:
            return visible
        try:
            return with_change_story(
                whole, visible, self.config.audience, self.content, folder,
                self.commit, since=since, dirty=self.dirty,
                landings=past is None or past.edition is None, kept=self._opened(),
            )  # fmt: skip
        except UnknownRevision as error:
            wrong = f"changes_since in the configuration: {error}; {error.fix}"
            raise (WrongConfiguration if self.given else PluginError)(wrong) from error

    def _opened(self) -> Store | None:
        """What earlier builds have kept, opened once for the life of this plugin."""
        if self.store is None and not self.anew and (cache := own_cache()) is not None:
            self.store = Store(cache).__enter__()
        return self.store

    def _loaded(self, root: Path) -> tuple[Content, Built]:
        try:
            as_of = day_of(self.config.as_of)
        except ValueError as error:
            raise PluginError(f"leanfolio: as_of in the configuration: {error}") from error
        return load(Project(root.parent, root), as_of, self._scan())

    def _scan(self) -> Scan:
        """What reads bodies of prose: what earlier builds have read is not read again."""
        store = self._opened()
        return scanning(store) if store else scanned

    def _site(self, config: MkDocsConfig, built: Built) -> Site:
        repository = (config.repo_url or "").rstrip("/")
        edit = config.edit_uri
        settings = SiteSettings(
            name=built.portfolio.policy.brand.name or config.site_name,
            edit_url=f"{repository}/{edit.lstrip('/')}" if repository and edit else None,
            site_url=config.site_url or None,
            edition=self.past.edition_with(self.config.templates) if self.past else None,
            language=self.config.language,
            translations=read_translations(self.config.language),
            workers=os.cpu_count() or 1,
            assets=frozenset(map(str, self.assets)),
        ).of_commit(self.commit, repository, dirty=self.beyond_commit)
        if self.engine is None:
            wanted = self.config.graphviz
            self.engine = SystemGraphviz() if wanted == "system" else EmbeddedGraphviz(own_cache())
        own = [Path(self.config.templates)] if self.config.templates else []
        return Site(
            built,
            settings,
            self.engine,
            self.store,
            own,
            own_cache(),
            None if self.past else self.content,  # pages of a commit are made, and not kept
            f"{project_name(self.root, own_cache())} {self.config.audience} {self.config.language}",
            site_outputs(built, settings),
            self.executor,
        )

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Exactly our pages, the content's pictures, and the theme: nothing that MkDocs found."""
        for file in list(files):
            unwanted = file.src_uri == SITEMAP and not config.site_url  # MkDocs' own template
            if unwanted or file.src_dir in (str(self.root), config.docs_dir, None):
                files.remove(file)
        self._add_theme(files, config)
        for path in self.assets:
            file = Attachment(str(path), str(self.root), config.site_dir, use_directory_urls=False)
            file.digests = self.digests
            files.append(file)
        self.progress.stage("link what stands, make data files")
        new = [slot for slot in self.site.slots if not self._is_linked(slot.url)]
        for name in self.site.others:
            if not self._is_linked(name):
                for uri, data in self.site.other(name).items():
                    files.append(File.generated(config, uri, content=data))
        self.progress.stage("make pages")
        for number, slot in enumerate(new, 1):
            if self.folder is None:
                files.append(self._file(number, slot, config))
                continue
            self.progress.step(number, len(new))
            if slot.url in self.site.unchanged:  # but for the commit, or its old file is gone
                old = self.folder.old_file(slot.url)
                page = self.site.stamped_anew(slot, old) or self.site.page(slot)
                self.folder.write(slot.url, page)
            else:
                self.folder.link_or_write(slot.url, self.site.page(slot))
        return files

    def _add_theme(self, files: Files, config: MkDocsConfig) -> None:
        """Add the files of the theme, each of them.

        MkDocs passes over a folder that cannot be read, and over what content has of the same name.
        """
        theme = templates_folder() / "theme"
        for name in sorted(files_below(theme)):
            if name.endswith(".html"):
                continue
            known = files.get_file_from_path(name)
            if known is not None:
                files.remove(known)
            files.append(File(name, str(theme), config.site_dir, use_directory_urls=False))

    def _is_linked(self, name: str) -> bool:
        """Link the files of the old site that would be made again just so, if all are there."""
        files = self.site.standing_files(name)
        return files is not None and self.folder is not None and self.folder.link_all(files)

    def _file(self, number: int, slot: PageSpec, config: MkDocsConfig) -> File:
        if slot.url == NOT_FOUND:  # a page of MkDocs would be listed in the sitemap
            return File.generated(config, slot.url, content=self.site.html(slot))
        file = File.generated(
            config, f"{slot.url[:-5]}.md", content="", inclusion=InclusionLevel.NOT_IN_NAV
        )
        page = OurPage(None, file, config)
        page.site, page.slot = self.site, slot
        page.progress, page.number = self.progress, number
        return file

    def on_build_error(self, *, error: Exception) -> None:
        """Leave no process behind where `serve` goes on after a build that has failed."""
        site: Site | None = getattr(self, "site", None)
        if site is not None:
            site.workers.close()

    def on_shutdown(self) -> None:
        if self.store is not None:
            self.store.__exit__(None, None, None)
            if self.store.problem:
                log.info("The cache of earlier builds: %s", self.store.problem)
                self.cache_problem = self.store.problem
            self.store = None

    def on_serve(
        self, server: "LiveReloadServer", *, config: MkDocsConfig, builder: Callable[..., Any]
    ) -> "LiveReloadServer":
        """Let pages of `mkdocs serve` reload under their policy, and only this machine ask."""
        server.set_app(guarded(server.serve_request, self.state))
        return server

    @event_priority(-100)  # after the files of other plugins
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Keep what was made; of plain `mkdocs build`, also what `leanfolio build` may replace."""
        if self.is_alone and config.site_url:
            self._write_sitemap(config)
        self.progress.stage("keep what was made, swap sites")
        self.site.close()
        if self.whole and self.given is None:
            write_manifest(Path(config.site_dir), {})

    def _write_sitemap(self, config: MkDocsConfig) -> None:
        """The sitemap, which MkDocs makes itself where other plugins add pages."""
        urls = [slot.url for slot in self.site.slots if slot.url != NOT_FOUND]
        time, address = int(os.environ.get("SOURCE_DATE_EPOCH", "0")), config.site_url or ""
        for name, data in sitemap_files(address, urls, get_build_date(), time).items():
            Path(config.site_dir, name).write_bytes(data)


def publish(
    project: Project,
    content: Content,
    built: Built,
    target: Path,
    progress: Progress | None = None,
    executor: Executor | None = None,
    *,
    address: str = "",
    audience: Visibility | None = None,
) -> tuple[int, str]:
    """Build the whole site into a folder, which is replaced in one step.

    Pages are made by the executor, or else by as many processes as the machine has cores. `address`
    is where a site that has an address is served, and `audience` whom it is for, if not as
    mkdocs.yml says. Returns the number of pages, and what is wrong with the cache, or "". Raises
    ForeignFolderError, WrongConfiguration, and what MkDocs or the disk raise; the old site then
    stands.
    """
    plugin = build_site(
        project, content, built, target, progress,
        executor=executor, address=address, audience=audience,
    )  # fmt: skip
    return len(plugin.site.slots), plugin.cache_problem


def build_site(
    project: Project,
    content: Content,
    built: Built,
    target: Path,
    progress: Progress | None = None,
    past: Past | None = None,
    *,
    anew: bool = False,
    executor: Executor | None = None,
    address: str = "",
    audience: Visibility | None = None,
) -> LeanfolioPlugin:
    """The same, also of a commit; `anew` without what is kept. Returns the plugin when done."""
    digests: dict[str, str] = {}
    progress = progress or Progress()
    progress.stage("begin the new site")
    with (
        configuration_file(project, built.portfolio.policy.title) as path,
        staged(target, digests) as stage,
    ):
        config = configuration(project, path, site_dir=str(stage))
        config.site_url = address if address and config.site_url else config.site_url
        plugin = config.plugins.get("leanfolio")
        if not isinstance(plugin, LeanfolioPlugin):
            raise WrongConfiguration(
                f"{path.name} does not list the plugin; add `plugins: [leanfolio]`"
            )
        plugin.given, plugin.progress = (content, built), progress
        plugin.past, plugin.anew = past, anew
        plugin.config.audience = audience or plugin.config.audience
        plugin.earlier, plugin.digests, plugin.executor = target, digests, executor
        config.plugins.on_startup(command="build", dirty=False)
        try:
            mkdocs_build(config)
        finally:
            config.plugins.on_shutdown()
        return plugin


def configuration(project: Project, path: Path, **settings: str) -> MkDocsConfig:
    """What mkdocs.yml says, with these settings. Raises WrongConfiguration."""
    with configuration_log(path) as log:
        try:
            return load_config(str(path), docs_dir=str(project.content.resolve()), **settings)
        except (Abort, ConfigurationError) as error:
            words = "\n".join(log.errors) or f"{path.name}: {error}"
            raise WrongConfiguration(words) from error
