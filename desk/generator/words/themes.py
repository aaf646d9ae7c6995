"""What the manager of the demonstration calls its themes, and what was proposed about three of them."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ThemeName:
    """A theme is recognised by a word among its terms; each name is given once."""

    word: str
    title: str
    definition: str


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A recommendation about the theme of that title. `days` says how long ago it was sent, accepted and changed."""

    theme: str
    title: str
    problem: str
    root_cause: str
    proposal: str
    document: str
    clause: str
    proposed_words: str
    prevention: str
    target: str
    cost: str
    shows: str
    days: tuple[int, int, int] | None = None
    log: str = ""
    adopted: str = ""


REFUNDS = "Refunds and credit balances held back"
DIRECT_DEBITS = "Direct Debit taken twice or early"
ESTIMATES = "Bills on estimates although readings were sent"

NAMES = (
    ThemeName(
        word="doubled",
        title="Direct Debit raised without telling",
        definition="The monthly payment went up although usage did not, and no letter or email said so.",
    ),
    ThemeName(
        word="tenancy",
        title="Chased for a debt that is not theirs",
        definition="Letters, calls or a visit about a debt of somebody who lived there before, or one in dispute.",
    ),
    ThemeName(
        word="period",
        title="Billed for the wrong period",
        definition="A bill for energy used before the customer moved in, or much longer ago than we may go back.",
    ),
    ThemeName(
        word="direct debit",
        title=DIRECT_DEBITS,
        definition="A payment left the bank twice, early or higher than agreed.",
    ),
    ThemeName(
        word="refund",
        title=REFUNDS,
        definition="Money that is the customer’s stays with us after we said that we would send it.",
    ),
    ThemeName(
        word="estimat",
        title=ESTIMATES,
        definition="The bill uses an estimate although an actual reading is on the account.",
    ),
    ThemeName(
        word="appointment",
        title="Engineer visits missed or moved",
        definition="Somebody waited at home and nobody came, or the visit was moved on the day.",
    ),
    ThemeName(
        word="boiler",
        title="Boiler cover that did not cover",
        definition="A repair under boiler cover was refused, or the home stayed cold while it waited.",
    ),
    ThemeName(
        word="shop",
        title="Top-ups that do not reach the meter",
        definition="Money was paid at a shop or in the app, and the prepayment meter did not get it.",
    ),
    ThemeName(
        word="tariff",
        title="Charged another rate than agreed",
        definition="The unit rate or standing charge on the bill is not the one of the contract.",
    ),
    ThemeName(
        word="display",
        title="Meters that show nothing or too much",
        definition="The meter or its display does not show what was used.",
    ),
)

SUGGESTIONS = (
    Suggestion(
        theme=REFUNDS,
        title="Pay small refunds without a second approval",
        problem="Refunds below £200 wait eight days for an approval that is nearly always given.",
        root_cause="One limit holds for every refund, and one person approves them all on Thursdays.",
        proposal="Billing releases refunds of up to £200 at once; Finance looks at a sample of them each month.",
        document="complaints-policy",
        clause="4.1",
        proposed_words=(
            "We first put the customer back to where they would have been without the error. Money that is theirs is "
            "sent within five working days; up to £200 needs no second approval. Then we recognise the distress and "
            "inconvenience that could have been avoided."
        ),
        prevention="Nobody waits for an approval that adds nothing; the sample finds what should not have been paid.",
        target="0.8",
        cost="About £40 a month in refunds that a second look would have stopped.",
        shows="Promised in five days, sent after three weeks.",
        days=(190, 184, 154),
        log="The limit is set in the billing system, and the first sample found nothing wrong.",
        adopted=(
            "A small refund now takes two days instead of eight, and the samples are clean. It stays, although the "
            "complaints are too few yet to show it."
        ),
    ),
    Suggestion(
        theme=ESTIMATES,
        title="Bill on the customer’s reading when we hold one",
        problem="Readings sent through the website arrive after the bill is made, and the estimate wins.",
        root_cause="The nightly job that copies readings into billing runs after the job that makes the bills.",
        proposal="IT runs the copy first. Until then Billing checks for a reading before it sends an estimated bill.",
        document="complaints-policy",
        clause="5.2",
        proposed_words=(
            "Every decided complaint carries a root cause. What keeps coming back is reported to the owner of the "
            "policy or process within ten working days, with the cases as evidence."
        ),
        prevention="A reading that a customer took the trouble to send is on the next bill.",
        target="0.5",
        cost="Two days of work for IT. The bills leave an hour later.",
        shows="A reading was sent a week before the estimated bill.",
        days=(75, 68, 47),
        log="The copy now runs first. Bills of the last three weeks used the readings that were there.",
    ),
    Suggestion(
        theme=DIRECT_DEBITS,
        title="End the old mandate before the app asks for a new one",
        problem="Since the app update the same payment is collected under two mandates.",
        root_cause="The update sets up a new mandate and leaves the old one running until the month ends.",
        proposal="The app ends the old mandate first. Billing refunds both payments of a pair within one working day.",
        document="incident-policy",
        clause="2.1",
        proposed_words=(
            "Customers whose money may be taken by mistake hear from us before the day on which it would leave their "
            "account."
        ),
        prevention="There is never more than one mandate, so nothing can be collected twice.",
        target="1.0",
        cost="A release of the app outside the usual dates.",
        shows="Two payments on one day after the app update.",
    ),
)
