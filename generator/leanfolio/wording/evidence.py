"""The evidence that a state may ask of an epic, as a reader says it."""

from collections.abc import Mapping

from leanfolio.wording.message import Message, message

EVIDENCE: Mapping[str, Message] = {
    "owner": message("an owner"),
    "hypothesis": message("a whole hypothesis"),
    "cost": message("a cost"),
    "score": message("the four scores"),
    "go-decision": message("a recorded go"),
    "mvp-cost": message("the cost of its MVP"),
    "leading-indicator": message("a leading indicator"),
    "budget": message("an approved budget"),
    "persevere-decision": message("a recorded persevere"),
    "measured-indicator": message("a measured indicator"),
}
