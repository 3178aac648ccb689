"""Problems as a GitLab code quality report: shown in the diff of a merge request."""

from leanfolio.output.problems.report import Report, dumped
from leanfolio.output.visible import visible

SEVERITY = {"error": "major", "warning": "minor", "off": "info"}


def code_quality(report: Report) -> str:
    """One entry for each problem; its fingerprint stays while lines move, so old ones stay old."""
    return dumped(
        [
            {
                "description": visible(f"{problem.message}; {problem.hint}"),
                "check_name": problem.rule,
                "fingerprint": fingerprint,
                "severity": SEVERITY[problem.severity],
                "location": {
                    "path": report.path(problem.at),
                    "lines": {"begin": problem.at.line},
                },
            }
            for problem, fingerprint in zip(report.problems, report.fingerprints, strict=True)
        ]
    )
