"""What MkDocs is told beside mkdocs.yml: pages of the repository that stand outside docs/, and links that leave docs/.

Pages are written to be read in the repository, too, so a link names a file of the repository. In the site it leads to the page made of that
file: a page of docs/ as it is, CONTRIBUTING and the like as pages of their own, any other file as a page that shows it.
"""

import re
from pathlib import Path, PurePosixPath
from posixpath import normpath, relpath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[2]
BESIDE = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CODE_OF_CONDUCT.md": "code_of_conduct.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
}
"""Pages at the top of the repository, and where they stand in the site, whose first page, docs/index.md, says what README says."""

LINK = re.compile(r"(\]\()([^)\s#:]+)((?:#[^)\s]*)?\))")


def _site_path(repository_path: str) -> str:
    """Where a file of the repository stands in the site, as a path of MkDocs' sources."""
    if repository_path in BESIDE:
        return BESIDE[repository_path]
    if repository_path.startswith("docs/"):
        return repository_path.removeprefix("docs/")
    if (ROOT / repository_path).is_dir():
        return f"files/{repository_path}/index.md"
    return f"files/{repository_path}.md" if not repository_path.endswith(".md") else f"files/{repository_path}"


def _repository_path(site_path: str) -> str:
    """Which file of the repository a page of the site is made of."""
    outside = {site: repository for repository, site in BESIDE.items() if site != "index.md"}
    if site_path in outside:
        return outside[site_path]
    if not site_path.startswith("files/"):
        return f"docs/{site_path}"
    name = site_path.removeprefix("files/")
    return name if (ROOT / name).exists() else name.removesuffix(".md").removesuffix("/index")


def _linked(link: str, repository_path: str) -> str:
    return normpath(str(PurePosixPath(repository_path).parent / link))


def _shown(path: Path) -> str:
    """A file as a page: its text as it is, or of a folder the names in it."""
    name = path.relative_to(ROOT)
    if path.is_dir():
        names = [f"- `{each.name}`" for each in sorted(path.iterdir()) if each.name[0] not in "._"]
        return "\n".join((f"# {name}", "", "In the repository:", "", *names))
    if path.suffix == ".md":
        return path.read_text()
    return f"# {name}\n\n~~~~~~text\n{path.read_text()}\n~~~~~~\n"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the pages from outside docs/. Raises PluginError for a link to a file that is not there."""
    for name, site in BESIDE.items():
        if site not in files.src_uris:
            files.append(File.generated(config, site, content=(ROOT / name).read_text()))
    unread = list(files.documentation_pages())
    while unread:
        page = unread.pop()
        if page.src_uri.startswith("files/") and not _repository_path(page.src_uri).endswith(".md"):
            continue
        unread += _added(page, files, config)
    return files


def _added(page: File, files: Files, config: MkDocsConfig) -> list[File]:
    """Files of the repository that a page links to and that are no pages yet, as pages."""
    source, added = _repository_path(page.src_uri), []
    for _, link, _ in LINK.findall(page.content_string):
        target = _linked(link, source)
        if not (ROOT / target).exists():
            raise PluginError(f"{source} links to {link}, which is not there")
        if _site_path(target) not in files.src_uris:
            added.append(File.generated(config, _site_path(target), content=_shown(ROOT / target)))
            files.append(added[-1])
    return added


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """The page with its links as the site needs them."""
    here = page.file.src_uri
    source = _repository_path(here)

    def rewritten(match: re.Match[str]) -> str:
        target = _site_path(_linked(match[2], source))
        return f"{match[1]}{relpath(target, str(PurePosixPath(here).parent))}{match[3]}"

    return LINK.sub(rewritten, markdown)
