"""What stories are in words."""

from decimal import Decimal

from leanfolio.wording import Message, message, plural


def points(number: Decimal) -> Message:
    """Return how large a story is: 5 points."""
    if number == number.to_integral_value():
        return plural("{n:grouped} point", "{n:grouped} points", int(number))
    return message("points: {points}", points=number)
