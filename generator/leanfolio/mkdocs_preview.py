"""What `serve` runs: MkDocs' server, of a site that is built anew whenever a file changes."""

import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from mkdocs.livereload import LiveReloadServer

from leanfolio.cache.front_matters import front_matters
from leanfolio.cache.prose_links import scanning
from leanfolio.cache.store import Store, own_cache, project_name
from leanfolio.development_server import FolderWatch, SiteState, guarded
from leanfolio.disk.configuration import configuration_file
from leanfolio.disk.files import Project
from leanfolio.disk.project import load
from leanfolio.disk.templates import templates_folder
from leanfolio.mkdocs_plugin import configuration, log, publish
from leanfolio.model import Visibility
from leanfolio.output.problems.errors import errors_as_text


class PreviewServer(LiveReloadServer):
    """Serves the last site that could be built, from a folder that goes with the server.

    Its port is taken when it is made, so that one in use is noticed before anything is built.
    Raises OSError then, and WrongConfiguration.
    """

    def __init__(self, project: Project, port: int, audience: Visibility | None = None) -> None:
        self.project, self.audience, self.state = project, audience, SiteState()
        with configuration_file(project, "") as path:
            config = configuration(project, path)
        mount = urlsplit(config.site_url or "/").path
        self.folder = tempfile.TemporaryDirectory(prefix="leanfolio-serve-")
        super().__init__(self.rebuild, "127.0.0.1", port, f"{self.folder.name}/site", mount)
        try:
            super().server_bind()
        except OSError:
            self.close()
            raise
        self.set_app(guarded(self.serve_request, self.state))
        self.error_handler = self.error_page
        self.observer = FolderWatch()  # type: ignore[assignment]  # all that is asked of one
        plugin = config.plugins.get("leanfolio")
        own = getattr(plugin, "config", {}).get("templates")
        for path in (config.docs_dir, templates_folder(), *config.watch, *filter(None, [own])):
            self.watch(str(path))
        if Path(config.config_file_path).parent == project.root.absolute():
            self.watch(config.config_file_path)

    def server_bind(self) -> None:
        """It is bound already."""

    def error_page(self, code: int) -> bytes | None:
        page = Path(self.root) / f"{code}.html"
        return page.read_bytes() if page.is_file() else None

    def rebuild(self) -> None:
        """Publish what the content says now; where it cannot be, keep the site that stands."""
        start = time.monotonic()
        try:
            trouble, pages = self.published()
        except (FileNotFoundError, NotADirectoryError):
            trouble, pages = f"there is no folder {self.project.content}", 0
        except Exception as error:  # whatever it is, the next edit may put it right
            trouble, pages = str(error) or repr(error), 0
        self.state.trouble = trouble
        if trouble:
            log.error("%s", trouble)
            return
        self.state.published = True
        log.info("%s pages in %.1f s: %s", pages, time.monotonic() - start, self.url)

    def published(self) -> tuple[str, int]:
        """The errors that stop the site, as a terminal shows them, or ""; and its pages."""
        name = project_name(self.project.content, own_cache())
        with Store(own_cache()) as store, front_matters(store, name) as fields_of:
            content, built = load(self.project, scan=scanning(store), fields_of=fields_of)
        if built.errors:
            return errors_as_text(content, built), 0
        pages, _ = publish(
            self.project, content, built, Path(self.root), address=self.url, audience=self.audience
        )
        return "", pages

    def close(self) -> None:
        self.server_close()
        self.folder.cleanup()


def serve(project: Project, port: int, audience: Visibility | None = None) -> None:
    """Build, serve on the loopback address, and rebuild whenever a file changes, until stopped.

    The site is for the audience that mkdocs.yml names, or for another one.
    """
    server = PreviewServer(project, port, audience)
    try:
        server.rebuild()
        server.serve()  # type: ignore[no-untyped-call]
    finally:
        server.shutdown()
        server.close()
