"""Problems as Azure Pipelines shows them beside a run: one logging command a line."""

from leanfolio.output.problems.report import Report, most_severe_first
from leanfolio.output.visible import visible


def logging_commands(report: Report) -> str:
    """One command for each problem, errors first."""
    return "".join(f"{logging_command(report, number)}\n" for number in most_severe_first(report))


def logging_command(report: Report, number: int) -> str:
    """`##vso[task.logissue ...]message`, in which nothing of the content can end the command.

    The agent takes the first command of a line, so that one within the message stays text.
    """
    problem = report.problems[number]
    properties = {
        "type": "error" if problem.severity == "error" else "warning",
        "sourcepath": report.path(problem.at),
        "linenumber": str(problem.at.line),
        "columnnumber": str(problem.at.column),
        "code": problem.rule,
    }
    stated = "".join(f"{name}={escaped_property(value)};" for name, value in properties.items())
    text = f"{visible(problem.message)}; hint: {visible(problem.hint)}"
    return f"##vso[task.logissue {stated}]{escaped(text)}"


def escaped(text: str) -> str:
    """Text as the agent decodes it again; raw, a line end would begin another command."""
    return text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")


def escaped_property(text: str) -> str:
    """In a property a semicolon would begin another one, and a bracket end the list."""
    return escaped(visible(text)).replace(";", "%3B").replace("]", "%5D")
