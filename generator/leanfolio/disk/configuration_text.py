"""What mkdocs.yml says, looked at and not loaded: its tags can run code."""

import yaml

from leanfolio.disk.files import Project
from leanfolio.model.visibility import AUDIENCES, Visibility

PLAIN_TAG = "tag:yaml.org,2002:"
PLAIN_TAGS = frozenset(
    f"{PLAIN_TAG}{kind}" for kind in ("str", "int", "float", "bool", "null", "map", "seq")
)


def stands_alone(top: list[yaml.Node]) -> bool:
    """Whether a configuration says itself what it sets, and has our plugin alone.

    It does not with another file that it inherits from, a hook, a revision that it names, drawings
    of another program, and a tag, which may read a file or the environment.
    """
    plugins = [node for part in values_at(top, "plugins") for node in entries(part)]
    return (
        not any(values_at(top, name) for name in ("INHERIT", "hooks"))
        and all(names_of(plugin) == {"leanfolio"} for plugin in plugins)
        and not any(plugin_setting(top, name) for name in ("graphviz", "changes_since"))
        and all(node.tag in PLAIN_TAGS for node in all_below(top))
    )


def names_of(plugin: yaml.Node) -> frozenset[str]:
    """The names of the plugins in an entry of a list of them."""
    if isinstance(plugin, yaml.MappingNode):
        return frozenset(str(key.value) for key, _ in plugin.value)
    return frozenset((str(plugin.value),))


def all_below(top: list[yaml.Node]) -> list[yaml.Node]:
    """These nodes and all that is in them, each once: an alias is the node that it names."""
    found: dict[int, yaml.Node] = {}
    waiting = list(top)
    while waiting:
        node = waiting.pop()
        if id(node) not in found:
            found[id(node)] = node
            parts = () if isinstance(node, yaml.ScalarNode) else node.value
            for part in parts:
                waiting.extend(part if isinstance(part, tuple) else (part,))
    return list(found.values())


def top_nodes(project: Project) -> list[yaml.Node]:
    """The root of the configuration of a project, not loaded; nothing without one, or of no YAML.

    Raises OSError.
    """
    path = project.configuration
    return [] if path is None else nodes_in(path.read_bytes())


def nodes_in(data: bytes) -> list[yaml.Node]:
    """The root of a configuration, not loaded; nothing of what is empty, or no YAML."""
    try:
        root = yaml.compose(data.decode("utf-8-sig"), Loader=yaml.SafeLoader)
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError):
        return []
    return [root] if root is not None else []


def text_at(nodes: list[yaml.Node], name: str) -> str | None:
    """The text under a key of mappings among these nodes; None without one."""
    texts = (node for node in values_at(nodes, name) if isinstance(node, yaml.ScalarNode))
    return next((str(node.value) for node in texts if node.tag.startswith(PLAIN_TAG)), None)


def plugin_setting(top: list[yaml.Node], name: str) -> str | None:
    """The text of a setting of our plugin in a configuration; None without one."""
    plugins = (node for part in values_at(top, "plugins") for node in entries(part))
    texts = (text_at(values_at([plugin], "leanfolio"), name) for plugin in plugins)
    return next((text for text in texts if text is not None), None)


def audience_of(project: Project) -> Visibility:
    """The audience that the site of a project is for: that of the plugin in mkdocs.yml, or public.

    The file is looked at and not loaded: its tags can run code. Where it cannot be read, or names
    another file that may say so, the audience is public.
    """
    named = plugin_setting(top_nodes(project), "audience")
    return next((each for each in AUDIENCES if each == named), AUDIENCES[0])


def entries(node: yaml.Node) -> list[yaml.Node]:
    """The entries of a list; anything else alone, as plugins may stand in a mapping."""
    return node.value if isinstance(node, yaml.SequenceNode) else [node]


def values_at(nodes: list[yaml.Node], name: str) -> list[yaml.Node]:
    """The values that mappings among these nodes have under a key."""
    return [
        value
        for node in nodes
        if isinstance(node, yaml.MappingNode)
        for key, value in node.value
        if isinstance(key, yaml.ScalarNode) and key.value == name
    ]
