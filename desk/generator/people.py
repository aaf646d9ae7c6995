"""Invented customers. Phone numbers and e-mail domains are those set aside for fiction and examples."""

from dataclasses import dataclass
from random import Random

FIRST_NAMES = tuple(
    """Aisha Alan Amara Andrzej Anita Arthur Beatriz Ben Bilal Bronwen Callum Carys Chidi Chloe Connor Daniela Deepa
    Dylan Eilidh Elena Ewan Farah Fergus Fiona Gareth Grace Hamza Hannah Harriet Idris Imogen Iona Ivan Jasmine Jerome
    Joanna Kamal Katya Kieran Leila Lewis Lucia Magnus Mairi Malik Marta Megan Mei Mohan Nadia Naomi Niall Nisha Olga
    Omar Owen Patience Petra Priya Rafael Rhys Rosa Rowan Ruth Samir Sanjay Seren Siobhan Sofia Stefan Tamsin Tariq
    Teresa Tomasz Una Victor Wen Yasmin Yusuf Zofia""".split()
)
LAST_NAMES = tuple(
    """Abara Ainsley Barrowcliffe Bettany Blackmoor Brindle Calloway Carrick Coldstream Corrigan Dalgleish Danjuma
    Devereaux Dimitrov Eastwick Ellerby Farrow Fennimore Garside Glenister Greaves Haddow Halvorsen Harcastle Hartnoll
    Ibarra Inglewood Jankowski Jessop Kaminska Kerrigan Kilbride Lachlan Lindqvist Lomax Mahfouz Marchetti Mbeki
    Meadowcroft Merriweather Nandakumar Netherby Nwosu Oakenshaw Okonjo Osterley Pargeter Pemberley Petrov Quarrie
    Quigley Rahimi Ravenscroft Redfern Rossiter Sandhu Sedgewick Silverdale Skelton Tamworth Thackeray Thornbury
    Udoka Underhill Varga Venkatesan Wakefield Wetherby Wolstencroft Yardley Yeo Zielinski""".split()
)
POSTCODE_AREAS = tuple("AB BD BS CF DH EH EX G HU IP L LE LS M NE NG NR OX PL S SA SO TS WF YO".split())
PREFERENCES = ("PHONE", "EMAIL", "LETTER", "CHAT")
PREFERENCE_WEIGHTS = (50, 35, 8, 7)
SUPPORT_NEEDS = (
    "Hard of hearing: speak slowly, confirm in writing",
    "Large print letters",
    "Oxygen concentrator at home: supply is critical",
    "Speaks to us through her daughter, who has authority",
    "Recently bereaved",
)


@dataclass(frozen=True, kw_only=True)
class Person:
    name: str
    email: str
    phone: str
    postcode: str
    account_number: str
    contact_preference: str
    support_need: str


def invent_person(rng: Random) -> Person:
    first, last = rng.choice(FIRST_NAMES), rng.choice(LAST_NAMES)
    number = rng.randrange(1_000)
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    postcode = f"{rng.choice(POSTCODE_AREAS)}{rng.randint(1, 28)} {rng.randint(1, 9)}{rng.choice(letters)}{rng.choice(letters)}"
    return Person(
        name=f"{first} {last}",
        email=f"{first}.{last}{number}@example.com".lower() if rng.random() < 0.8 else "",
        phone=f"07700 900{number:03d}" if rng.random() < 0.9 else "",  # the range kept for drama
        postcode=postcode,
        account_number=f"NF{rng.randrange(10**8):08d}",
        contact_preference=rng.choices(PREFERENCES, PREFERENCE_WEIGHTS)[0],
        support_need=rng.choice(SUPPORT_NEEDS) if rng.random() < 0.06 else "",
    )
