"""What the rules are, and what may be written: explain, schema."""

import json

import click

from leanfolio.cli.command import USAGE, fail, model_named


@click.command()
@click.argument("rule", required=False)
def explain(rule: str | None) -> None:
    """Print a rule, why it exists, and how to fix what breaks it. Without a rule: list all."""
    from leanfolio.check import RULES
    from leanfolio.read.suggestions import nearest

    if rule is None:
        width = max(map(len, RULES))
        for name, value in RULES.items():
            click.echo(f"{name:<{width}}  {value.severity:<7}  {value.summary}")
        return
    if rule not in RULES:
        guess = nearest(rule, RULES)
        fail(
            USAGE,
            f"there is no rule {rule}",
            f"did you mean {guess}?" if guess else "`leanfolio explain` lists all",
        )
    result = RULES[rule]
    click.echo(
        f"{result.name} ({result.severity})\n\n{result.summary}\n\n"
        f"Why: {result.why}\n\nFix: {result.fix}"
    )


@click.command()
@click.argument("type", required=False)
@click.option(
    "--draft", type=click.Choice(("2020-12", "7")), default="2020-12", show_default=True,
    help="The draft of JSON Schema; some editors read 7 alone.",
)  # fmt: skip
def schema(type: str | None, draft: str) -> None:
    """Print the JSON Schema of a type's front matter; without a type, of all.

    `markdown-map` is the map of `leanfolio import markdown`, `exchange-map` that of `import jira`,
    `import azure` and `import csv`.
    """
    from leanfolio.output.schema import as_draft_7, schema_of, schema_of_file, schemas

    if type == "markdown-map":
        from leanfolio.importing.markdown_map import map_schema

        result = map_schema()
    elif type == "exchange-map":
        from leanfolio.importing.exchange_map import ExchangeMap

        result = schema_of_file(ExchangeMap, type)
    else:
        known = ("exchange-map", "markdown-map")
        result = schema_of(model_named(type, known)) if type else schemas()
    if draft == "7":
        result = as_draft_7(result) if type else {k: as_draft_7(v) for k, v in result.items()}
    click.echo(json.dumps(result, indent=2, ensure_ascii=False))
