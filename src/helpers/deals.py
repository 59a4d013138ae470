"""Read deals: who sells, buys or gives, and so which way it goes and with whom."""

from helpers.cues import HOME, REACH, VIETNAM, Cue, Sentence, Sides
from helpers.discourse import Named, Subject, spaced

_TO_IT = spaced(r"\b(?:lui|leur) (?:(?:a|ont|avai\w{1,3}|aura) (?:\w{2,9} )?)?$")
_OF_IT = spaced(r"\b(?:n['’]|d['’]|y )?en (?:(?:a|ont|avai\w{1,3}) )?$")
_UNPARTED = spaced(
    r"(?: \(\w{2,8}\))?(?:, (?:lui|elle|eux|elles|en revanche|de son côté|à son tour|quant à \w{3,4}"
    r"|forte? de [^,;()]{3,40}|pays de [^,;()]{3,40}),)?[^,;()]{0,60}"
)
_SOLD_TO = spaced(r"[^,.;()\d]{0,60} (?:à|aux?|en|vers)(?: (?:la|le|les|l['’]))? ?")
_TO_SOMEONE = spaced(r"(?:[^.;]|\.(?=\d)){0,90}? (?:à|aux?|en faveur) (?!partir|hauteur)")
_BY = spaced(r" (?:par|de la part) ")
_ITS = spaced(r"\b(?:ses|leurs) $")
_OUR = spaced(
    r" (?:vietnamiens|(?:du|de) (?:Vi[êe]t|pays|la province|à l['’]étranger)|à l['’]étranger|nationaux|d['’])"
)
_TURNED = spaced(r"(?:sens (?:inverse|contraire)|autre sens|[Ee]n retour)")
_AT_HOME = spaced(r"(?:au|auprès du) Vi[êe]t ?[Nn]am")
_ABROAD = spaced(r"à l['’]étranger|à l['’]export|aux Vingt-(?:Sept|Huit)")


def read_deal(cue: Cue, sentence: Sentence, subject: Subject, past, names: list[Named]) -> Cue | None:
    """Return a word of selling, buying or giving as a word of flow, with the sides that its subject settles; None where
    it is no foreign trade or aid. ``past`` is what was told of before it, ``names`` are those around it."""
    read = {"purchases": _purchases, "orders": _purchases, "give": _gift, "sales": _sales}.get(cue.value, _trade)
    found = read(cue, sentence, subject, past, names)
    if not found:
        return None
    flow, sides = found
    return Cue(cue.start, cue.end, "flow", flow, sides, not cue.value.endswith(("er", "s")))


def _told(past, flow: str) -> str | None:
    """Return who reports what was told of before, if it went that way."""
    return past.reporter if past and past.flow == flow else None


def _purchases(cue: Cue, sentence: Sentence, subject: Subject, past, names: list[Named]):
    """Purchases or orders: of what the sentence before says is sold, by whom an adjective or `ses` names."""
    text, sold, bought = sentence.text, _told(past, "export"), _told(past, "import")
    owner = next((n for n in names if n.form == "demonym" and 0 < n.start - cue.end < 2), None)
    if not owner and _ITS.search(
        text, max(sentence.start, cue.start - 40), cue.start
    ):  # `la Chine a doublé ses achats`
        owner = next((n for n in reversed(names) if n.end <= cue.start and n.role is None and n.party), None)
    owner = owner and owner.party
    if owner and sold:
        return "export", Sides(sold, owner)
    if sold and not (_OUR.match(text, cue.end) or _TURNED.search(text, sentence.start, cue.start)):
        return "export", None  # what is sold is what others buy
    if cue.value == "purchases":
        return "import", Sides(bought, owner) if owner and bought and owner != bought else None
    return _sales(cue, sentence, subject, past, names)


def _gift(cue: Cue, sentence: Sentence, subject: Subject, past, names: list[Named]):
    """What is given to someone, by someone, or by a foreign name at the head of the sentence."""
    text = sentence.text
    if past and past.topic == "travel" and text.startswith("envoy", cue.start):
        return None  # `la Chine en a envoyé 2,56 millions`
    aid = _TO_IT.search(text, max(sentence.start, cue.start - 40), cue.start)
    aid = aid or _TO_SOMEONE.match(text, cue.end) or _BY.match(text, cue.end) or (past and past.flow == "aid")
    donors = (n for n in names if n.side == "partner" and n.end <= cue.start and n.role is None)
    return ("aid", None) if aid or any(sentence.begins_with(n) for n in donors) else None


def _parties(names: list[Named]) -> list[Named]:
    return [n for n in names if n.type != "agreement" and n.role is None and (n.side == "vietnam" or n.party)]


def _sales(cue: Cue, sentence: Sentence, subject: Subject, past, names: list[Named]):
    """Sales or deliveries: abroad, to a country, or of what trade was told of before."""
    text, end, names = sentence.text, min(sentence.end, cue.end + REACH), _parties(names)
    if past and past.flow == "import" and any(n.side == "partner" and 0 < cue.start - n.end < 25 for n in names):
        return "import", None  # `la Corée, dont les livraisons`
    ours = past and past.flow in ("export", "import", "trade")
    after = next((n for n in names if cue.end <= n.start < end and n.party), None)
    sold = ours or _ABROAD.search(text, cue.end, end) or (after and _SOLD_TO.fullmatch(text, cue.end, after.start))
    return ("export", None) if sold else None


def _trade(cue: Cue, sentence: Sentence, subject: Subject, past, names: list[Named]):
    """A verb or noun of trade with its subject: the name just before it, else that at the head of the sentence.

    Another country that buys reports itself (`le Japon a importé … du Vietnam`), unless it is a customer (`premier
    client`, `en achète 5%`) or buys what the sentence before says is sold; one that sells to Vietnam, or is its
    supplier, is Vietnam's partner.
    """
    text, act, names = sentence.text, cue.value, _parties(names)
    start, end = max(sentence.start, cue.start - 40), min(sentence.end, cue.end + REACH)
    sold, bought = _told(past, "export"), _told(past, "import")
    before = [n for n in names if n.end <= cue.start]
    after = [n for n in names if cue.end <= n.start < end and n.party]
    head = next((n for n in before if sentence.begins_with(n)), None)
    actor = next((n for n in reversed(before) if _UNPARTED.fullmatch(text, n.end, cue.start)), head)
    own = list(HOME.finditer(text, actor.end if actor else max(sentence.opening, cue.start - REACH), cue.start))
    if own and _UNPARTED.fullmatch(text, own[-1].end(), cue.start):
        actor = None
    whole = text.find(" dont ", cue.end, end)
    abroad, end = _ABROAD.search(text, cue.end, end), whole if whole > 0 else end
    other = next((n.party for n in after if n.start < end and not (actor and n.party == actor.party)), None)
    buys = act.startswith(("buy", "import"))
    if actor is None or actor.side == "vietnam":
        if act == "buyer" and actor and sold and sold != VIETNAM:
            return "export", Sides(sold, VIETNAM)
        sold_by_us = own and text[cue.start : cue.start + 4].lower() == "vend"
        sells = act in ("buyer", "export", "seller") or (act == "sell" and (other or abroad or sold_by_us))
        if sells or (act == "buy" and sold and not own and not actor):
            return "export", None
        return ("import", None) if buys else None
    ours, to_it = HOME.search(text, cue.end, end) is not None, _TO_IT.search(text, start, cue.start)
    of_it = not bought and _OF_IT.search(text, start, cue.start)
    if act == "buyer" or (buys and (of_it or (sold and not ours)) and actor.party != sold):
        return "export", Sides(sold or VIETNAM, actor.party)
    if act == "buy" and _AT_HOME.search(text, cue.end, end) and actor.party != subject.home:
        return "export", Sides(VIETNAM, actor.party)
    if to_it and act in ("buy", "sell"):
        return "export" if buys else "import", Sides(VIETNAM, actor.party)
    other = VIETNAM if ours else other
    if buys:
        return "import", Sides(actor.party, other or (past.partner if bought else None), "reporter")
    if act == "export" or actor.party == subject.home:
        return "export", Sides(actor.party, other, "reporter")
    seller = actor.party if actor.party != bought else VIETNAM
    supplies = act == "seller" and other is None  # `la Chine est le premier fournisseur`
    return ("import", Sides(bought or VIETNAM, seller)) if ours or bought or supplies else None
