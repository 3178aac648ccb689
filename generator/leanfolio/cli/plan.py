"""Say what a plan will be held against, and tag it: plan."""

from decimal import Decimal
from typing import TYPE_CHECKING

import click

from leanfolio.cli.command import ENVIRONMENT, PROBLEMS, USAGE, fail, git_answers, loaded

if TYPE_CHECKING:
    from leanfolio.disk.files import Project
    from leanfolio.figures.increment_plan import IncrementPlan
    from leanfolio.model import Increment
    from leanfolio.model.source import Commit
    from leanfolio.views.built import Built


@click.command(epilog="Example: leanfolio plan PI-2026-4")
@click.argument("increment")
@click.option("--dry-run", is_flag=True, help="Say what the plan is; set no tag.")
@click.pass_obj
def plan(project: "Project", increment: str, dry_run: bool) -> None:
    """Say what an INCREMENT will be held against later, and tag that commit plan/INCREMENT.

    From then on its page and `show increment` measure against the tagged commit, whatever is
    edited since. Push the tag, so that others measure against the same.
    """
    from leanfolio.figures.increment_plan import plan_now

    commit = clean_commit(project)
    _, built = loaded(project, None)
    item = increment_named(built, increment)
    if built.errors:
        fail(PROBLEMS, "the content has errors, and a plan has to be right", "`leanfolio check`")
    show_plan(item, plan_now(built.portfolio, item, commit))
    if dry_run:
        click.echo("nothing was written (--dry-run)", err=True)
    else:
        set_tag(project, item, commit)


def clean_commit(project: "Project") -> "Commit":
    """The commit that is checked out. Ends the command where the content is not as it has it."""
    from leanfolio.disk.git import changed, head, repository_above

    if not project.content.is_dir():
        fail(USAGE, f"there is no folder {project.content}", "give the one that holds content/")
    if repository_above(project.root) is None:
        fail(ENVIRONMENT, "no git repository holds this portfolio", "`git init`, and commit it")
    git_answers(project.content.absolute())
    commit = head(project.content)
    if commit is None:
        fail(USAGE, "nothing is committed yet, and a plan is a commit", "commit the content first")
    if changed(project.content):
        fail(USAGE, "the content has changes that no commit holds", "commit them, then plan")
    return commit


def increment_named(built: "Built", id: str) -> "Increment":
    """The increment of this id. Ends the command where there is none."""
    from leanfolio.model import Increment
    from leanfolio.output.visible import visible
    from leanfolio.read.suggestions import did_you_mean
    from leanfolio.views.increment_figures import increment_names

    item = built.portfolio.items.get(id)
    if not isinstance(item, Increment):
        names = increment_names(built)
        hint = did_you_mean(id, names, "write one in content/increments/")
        fail(USAGE, f"{visible(id)} is no increment", hint)
    return item


def show_plan(item: "Increment", plan: "IncrementPlan") -> None:
    """Print what will be compared: values of objectives by team, features and their size."""
    from leanfolio.figures.flow.predictability import delivery
    from leanfolio.output.visible import visible

    days = f", {item.days.first} to {item.days.last}" if item.days else ""
    click.echo(f"{item.id} {visible(item.title)}{days}")
    click.echo("Compared later with what came of it:")
    for team in dict.fromkeys(entry.team for entry in plan.objectives):
        values = delivery(entry for entry in plan.objectives if entry.team == team)
        value = sum(values.planned, Decimal(0))
        unknown = f", {values.unplanned} without a value" if values.unplanned else ""
        number = len(values.planned) + values.unplanned
        click.echo(f"  {team or 'no team'}: planned value {value} of {committed(number)}{unknown}")
    sizes = [feature.size for feature in plan.features]
    size = sum((entry for entry in sizes if entry is not None), Decimal(0))
    unknown = f", {sizes.count(None)} without a size" if None in sizes else ""
    number = len(sizes)
    click.echo(f"  {number} feature{'' if number == 1 else 's'}, size {size}{unknown}")


def committed(number: int) -> str:
    return f"{number} committed objective{'' if number == 1 else 's'}"


def set_tag(project: "Project", item: "Increment", commit: "Commit") -> None:
    """Set the tag, once: a plan that moves is no plan."""
    from leanfolio.disk.git_revision import find_commit
    from leanfolio.disk.git_tree import annotate
    from leanfolio.model.increment import plan_tag

    name = plan_tag(item.id)
    known = find_commit(project.root, f"refs/tags/{name}")
    if known is not None and known.id == commit.id:
        click.echo(f"{name} is commit {commit.short} already: nothing was changed", err=True)
        return
    if known is not None:
        fail(
            USAGE,
            f"{name} was set already: commit {known.short} of {known.day}",
            f"the plan stays what it was; to begin anew on purpose: `git tag -d {name}`",
        )
    problem = annotate(project.root, name, commit, f"Plan of {item.id}")
    if problem:
        fail(ENVIRONMENT, f"git did not set the tag: {problem}")
    click.echo(f"{name} is commit {commit.short}; next: git push origin {name}", err=True)
