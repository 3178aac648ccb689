"""What the documentation says of a rule, in the list of all and on its own page."""

from leanfolio.check import Rule


def rule_text(rule: Rule) -> str:
    """Its severity, what it requires, why, and the fix, as Markdown."""
    optional = "" if rule.optional else ", cannot be turned off"
    told = (f"*{rule.severity}{optional}*", f"**{rule.summary}**", rule.why, f"Fix: {rule.fix}")
    return "\n\n".join(told) + "\n"
