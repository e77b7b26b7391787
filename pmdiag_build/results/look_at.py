"""What in a comment may give somebody away: what looks like a name, a way to reach somebody, or a length of service.

It is pointed out to the person who reads the comments, and nothing is changed. People soon ignore a rule that is often
wrong, so each rule needs a sign: a first name that is no other word, or a word such as "Cllr" or "ask" before the name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

NAME, E_MAIL, TELEPHONE, SERVICE = "name", "e_mail", "telephone", "service"
"""The kinds of what is found."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FIRST_NAMES = _words(
    """
    aaron abdul abigail adam adele adrian agnes ahmed aisha alan alastair albert alex alexander alexandra alfie alice
    alison alistair amanda amelia amina amy andrea andrew andy angela angus anil anita ann anna anne annette anthony
    antonia anwen arthur ashley audrey barbara barry beatrice becky ben benjamin bernadette bethan bethany beverley
    brenda brian bronwen bryan bryony callum cameron carl carmen caroline catherine cathy ceri charles charlie chloe
    chris christina christine christopher ciaran claire clare clive colin connor craig cristina daniel danielle darren
    dave david dawid debbie deborah denise derek diana diane dominic donald donna doreen dorothy douglas duncan dylan
    edward eileen elaine eleanor elin elizabeth ella ellen ellie emily emma eric erin esther ethan eva evelyn farah
    fatima fatimah felicity fiona frances francesca fred gareth gary gavin gemma geoff geoffrey george georgia georgina
    geraint gerald gillian gina glenys glyn gordon graeme graham greg gurpreet gwen gwyneth hamza hannah harjit
    harpreet harriet harry hayley hazel heidi helen henry hilary howard hugh huw ian ibrahim imogen imran ioan isaac
    isabel isabelle isla jacob jacqueline jacqui jade jake james jamie jan jane janet janice jason javed jayne jean
    jeanette jeff jeffrey jennifer jenny jeremy jess jessica jim jo joan joanna joanne joe joel john johnny jonathan
    joseph josh joshua joyce judith julia julian julie justin karen karl kate kath katherine kathleen kathryn kathy
    katie katy kavita kay keith kelly ken kenneth kerry kevin khadija kieran kim kirsten kirsty krystyna laura lauren
    leah leanne lee leigh lesley leslie lewis liam linda lindsay lisa liz lorna lorraine louise lucy luke lydia lynn
    lynne maciej madeleine magdalena mandy manjit marcus margaret maria marian marie marilyn marion marjorie martin
    martyn mary matt matthew maureen maxine meera megan melanie melissa michael michelle mick mike mohamed mohammad
    mohammed moira molly monica muhammad nadia naomi natalie natasha nathan neil niamh nicholas nicola nicole nigel
    nina nisha noel nora norman olga oliver olivia olwen omar osman owain owen pamela pat patricia patrick paul paula
    pauline pete peter petra phil philip philippa phillip phoebe pradeep priya rachael rachel rajesh ralph raymond
    rebecca reena rhian rhiannon rhys richard rita robert roberta robin roger ronald rosalind rosemary rosie ross roy
    rukhsana rupert russell ruth ryan sally sam samantha samina samir samuel sandeep sandra sanjay sara sarah saskia
    scott sean sebastian shabana sharon shaun shazia sheila shirley sian simon sinead siobhan sophia sophie stacey
    stefan stella stephanie stephen steve steven stewart stuart sunita susan susie suzanne sylvia tamsin tanya tara
    terence teresa terry tess thelma theresa thomas tim timothy tina toby tom tomasz tony tracey tracy trevor tristan
    usha valerie vanessa vera vicky vincent vivien wayne wendy william yasmin yusuf yvonne zainab zoe
    """
)

_ALSO_WORDS = _words(
    """
    basil bob carol charlotte daisy dawn drew florence frank grace heather holly ivy jack jasmine jill joy lily mark
    max nick olive penny poppy ray rob rose ruby sue victoria will
    """
)
"""First names that are other words, too: taken for names within a sentence only."""

_SURNAMES_TOO = _words(
    """
    best brown day field good green hall hill king long may price white wood young
    """
)
"""Surnames that are other words, too: one that is known in the round is taken for a name within a sentence only."""

_NO_PERSON = _words(
    """
    adult adults april august authority board business cabinet chief children childrens christmas commissioner
    commissioners committee corporate council councillors county data december department designated development
    digital director directors easter education excel executive family february finance friday frontline governance
    head heads health housing human improvement independent information inspectors intelligence internal its january
    july june leadership legal local management manager managers march may member members microsoft monday national nhs
    november october office officer officers ofsted our partner partners partnership performance police policy power
    practice principal public quality regional resources safeguarding saturday school schools senior september service
    services sharepoint social staff strategic sunday support system systems team teams the their these they this
    thursday training tuesday we wednesday workforce you youth
    """
)
"""What has a capital letter, or stands behind "ask", and is no person's name."""

_CAPITALISED = re.compile(r"[A-ZÀ-Þ][a-zà-ÿ]{1,30}(?:[-'’][A-Za-zÀ-ÿ]{1,30}){0,3}(?![\w@])")
_POSSESSIVE = re.compile(r"['’]s?$")
_TITLE = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Cllr|Councillor|Sir|Dame|Rev|Reverend)\b\.? ?"
    r"(?P<name>(?:[A-ZÀ-Þ]\. ?)*[A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ][\w'’-]+)?)"
)
_CUE = re.compile(
    r"\b(?:[Aa]sk(?:ed|ing)?|[Tt]ell|told|[Cc]ontact(?:ed)?|[Tt]hanks? to|thanked|"
    r"(?:[Ss]peak(?:ing)?|spoke|[Tt]alk(?:ed|ing)?) (?:to|with)|[Ee]-?mail(?:ed)?|[Pp]honed?|rang|"
    r"(?:managed|led|run|chaired|written|done) by|reports? to|(?:[Mm]y|[Oo]ur) (?:line )?(?:manager|boss|colleague)),? "
    r"(?P<name>(?:[A-ZÀ-Þ]\. ?)*[A-Za-zÀ-ÿ][\w'’-]+(?: [A-ZÀ-Þ][\w'’-]+)?)"
)
_CUE_WORDS = re.compile("ask|tell|told|contact|thank|speak|spoke|talk|mail|phone|rang|report|manager|boss|colleague|by")
_TITLES = re.compile("m(?:r|s|iss|x)|dr|prof|cllr|councillor|sir|dame|rev")
_OF_SERVICE = re.compile("year|yr|month|first week|since|joined|started|i came|began|qualified")
"""What a text in small letters contains where a rule may apply: looking for that first is much quicker."""
_NUMBER = re.compile(r"\d|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|teen|twenty|thirty|forty")
_DIGIT = re.compile(r"\d")
_SENTENCE_ENDS = ".!?:;\n•*–—"
_E_MAIL = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_TELEPHONE = re.compile(
    r"(?<![\w.,/-])(?:\+44[ (0)-]*|\(?0)[1-35-8](?:[ ().-]{0,3}\d){8,9}(?![\w:/])"
    r"|\b(?:ext(?:ension|n)?|[Tt]el(?:ephone)?|[Mm]obile|[Pp]hone)\b\.?:? ?(?:no\.?|number)?:? ?\d[\d ]{2,}\d\b"
)
_N = (
    r"(?:\d{1,2}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    r"eighteen|nineteen|(?:twenty|thirty|forty)(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?)"
    r"\+?(?: and a half| or more| odd| plus)?[ -]?(?:years?|yrs?|months?)\b['’]?"
)
_HERE = r"(?:here|role|job|post|team|service|council|authority|department|organisation|profession|office)"
_OUR = r"(?:this|the|my|our)"
_WORKED = r"(?:work(?:ed|ing)?|been (?:here|in|with|at|a|an|working|employed|doing)|served|employed|managed)"
_YEAR = r"(?:19[5-9]\d|20[0-4]\d)"
_I = r"\bI(?:['’]ve| have|['’]m| am|['’]d| had)?\b"
_SERVICE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_N} (?:of )?(?:service|experience|in post|here\b|(?:in|with|at|for) {_OUR} (?:\w+ )?{_HERE}\b)",
        rf"{_I} (?:\w+ ){{0,2}}?{_WORKED} [^.!?\n]{{0,40}}?{_N}",
        rf"\bmy (?:first |last |past )?{_N}",
        r"\bmy (?:first|second|third) (?:year|month|week)\b",
        rf"{_I} (?:\w+ ){{0,2}}?(?:been|worked|working) [^.!?\n]{{0,40}}?\bsince (?:\w+ )?{_YEAR}",
        rf"\bI (?:first )?(?:joined|started|came|began|qualified) [^.!?\n]{{0,40}}?{_YEAR}",
    )
)


def look_at(text: str, own: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """What a person should look at in a comment: its kind and the words, each once; `own`: names that are known in this
    round, in small letters."""
    small = text.casefold()
    found = {(NAME, name): None for name in _names(text, small, own)}
    if "@" in text:
        found |= {(E_MAIL, one[0]): None for one in _E_MAIL.finditer(text)}
    if _DIGIT.search(text):
        found |= {(TELEPHONE, one[0].strip()): None for one in _TELEPHONE.finditer(text)}
    if _OF_SERVICE.search(small) and (_NUMBER.search(small) or "my " in small):
        said = (list(rule.finditer(text)) for rule in _SERVICE)
        found |= {(SERVICE, one[0]): None for one in next(filter(None, said), [])}
    yield from found


def _names(text: str, small: str, own: Collection[str]) -> Iterator[str]:
    ends: dict[int, str] = {}
    for one in _CAPITALISED.finditer(text):
        if (before := text[one.start() - 1 : one.start()]).isalnum() or before in ("@", ".", "_"):
            continue
        word = _POSSESSIVE.sub("", one[0])
        joined = ends.pop(one.start() - 1, "") if before == " " else ""
        if joined:
            # The surname of a first name.
            ends[one.start() + len(word)] = f"{joined} {word}" if word.casefold() not in _NO_PERSON else joined
        elif _is_name(word.casefold(), text, one.start(), own):
            ends[one.start() + len(word)] = word
    yield from ends.values()
    whole = " ".join(ends.values()).casefold()
    for rule, signs in ((_TITLE, _TITLES), (_CUE, _CUE_WORDS)):
        if not signs.search(small):
            continue
        for one in rule.finditer(text):
            name = _POSSESSIVE.sub("", one["name"])
            if name.casefold() not in whole and _may_be_named(name, titled=rule is _TITLE):
                yield name


def _is_name(word: str, text: str, start: int, own: Collection[str]) -> bool:
    if word in _FIRST_NAMES or (word in own and word not in _SURNAMES_TOO):
        return True
    before = text[max(start - 8, 0) : start].rstrip(" \t\"'“‘(")
    return (word in _ALSO_WORDS or word in own) and bool(before) and before[-1] not in _SENTENCE_ENDS


def _may_be_named(name: str, *, titled: bool) -> bool:
    words = [word.strip(".'’").casefold() for word in re.split(r"[ \-]|['’]s\b", name)]
    if any(word in _NO_PERSON for word in words):
        return False
    # Behind "ask", small letters are a name only where they can be nothing else.
    return titled or (name[:1].isupper() and len(words[-1]) > 2) or words[0] in _FIRST_NAMES


_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")


def words_of_names(names: Iterable[str]) -> frozenset[str]:
    """The words of names that are known in a round, as `look_at` takes them."""
    return frozenset(word.casefold() for name in names for word in _WORD.findall(name) if len(word) > 2)
