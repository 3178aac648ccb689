"""How many decimals an amount of a currency has: that of its smallest unit (ISO 4217)."""

# Those that differ from two decimals; and the codes of what is no money in use.
DECIMALS = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI",
         "VND", "VUV", "XAF", "XOF", "XPF"), 0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    "CLF": 4, "UYW": 4,
}  # fmt: skip
USUAL = 2
NO_MINOR_UNIT = frozenset(("XAU", "XAG", "XPD", "XPT", "XDR", "XSU", "XUA", "XBA", "XBB", "XBC",
                           "XBD", "XTS", "XXX", "BTC", "ETH"))  # fmt: skip


def decimals_of(currency: str) -> int | None:
    """The decimals of an amount in this currency; None where it has no smallest unit."""
    return None if currency in NO_MINOR_UNIT else DECIMALS.get(currency, USUAL)


def printed_decimals(currency: str) -> int:
    """The decimals to which an amount is rounded: the usual two where it has no smallest unit."""
    places = decimals_of(currency)
    return USUAL if places is None else places
