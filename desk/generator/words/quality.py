"""What reviewers write at the demonstration company, and what colleagues recommend."""

from dataclasses import dataclass

PARTLY = (
    "Done for the first point, and not for the second.",
    "It is there, but the reader has to look for it.",
    "Half of it came two days later than promised.",
    "The account note says so, the letter does not.",
)
NOT_MET = (
    "Nothing on the file shows it.",
    "The customer had to ask for it on a second call.",
)
NOT_NEEDED = ("There was nothing of the kind on this case.",)
SUMMARIES = (
    "A clear letter and a fair result. Say in the first line what you decided; the reasons can follow.",
    "You kept every promise you made. The root cause could be one step deeper: why was the file moved twice?",
    "Well investigated. The second point is answered in the notes but not in the letter, so the customer cannot know it.",
    "Kind on the phone and exact on paper. Ask about support needs before the end of the first call.",
)


@dataclass(frozen=True, kw_only=True)
class Article:
    """`review_in` days from today: below nought is out of date; `state` is where it has got to."""

    situation: str
    when_to_use: str
    steps: str
    words: str
    avoid: str
    example: str
    clause: tuple[str, str]
    trigger: str = ""
    category: str = ""
    channel: str = ""
    review_in: int = 200
    state: str = "PUBLISHED"


ARTICLES = (
    Article(
        situation="The customer has called three times about the same thing",
        when_to_use="Somebody says that they have told this before, or the file shows two earlier contacts.",
        steps="Read the file before you ask anything.\nSay back what you know, with dates.\nAsk what is missing from it.\n"
        "Take ownership by name and give the next date yourself.",
        words="I can see you called on the 3rd and the 10th. You need not tell it again.\n"
        "From today this is mine. I will call you on Thursday before noon, whatever I have by then.",
        avoid="“I was not on that call.”\nAsking for the whole story once more.",
        example="A customer had called three times about a refund. The fourth colleague read the notes aloud in two "
        "sentences, found that the payment had been returned by the bank, and called back a day early. The complaint "
        "was withdrawn.",
        clause=("Escalation policy", "1.1"),
        trigger="repeat-contact",
    ),
    Article(
        situation="We broke a promise and the customer knows it",
        when_to_use="A call back, payment or visit did not happen on the day that we gave.",
        steps="Name the promise and the day.\nSay sorry once, without “if” and without reasons.\nSay what will happen, "
        "by when, and who does it.\nWrite it down as a promise before you end the call.",
        words="We said Tuesday, and we did not call. I am sorry.\nI have written down Friday at ten, and I will see it.",
        avoid="“It must have been an oversight.”\nA new date that depends on another team.",
        example="A visit was missed twice. The colleague booked the third herself, called the engineer on the morning, and "
        "told the customer that he was on his way.",
        clause=("Complaints policy", "2.1"),
        trigger="broken-promise",
    ),
    Article(
        situation="The customer asks for a manager",
        when_to_use="In the first minutes of a call, before anything has been looked at.",
        steps="Do not argue about it.\nSay what you can decide and within what time.\nOffer the call back by a leader if "
        "they still want it.\nWrite down what they want the leader to know.",
        words="You can speak to my team leader today. I can also look at the refund now and decide on it. Which would help?",
        avoid="“They will tell you the same.”",
        example="Asked for a manager, a colleague offered to look first. The bill was corrected in nine minutes and nobody "
        "was called.",
        clause=("Escalation policy", "2.1"),
        trigger="asked-for-manager",
        channel="PHONE",
    ),
    Article(
        situation="An estimated bill that cannot be right",
        when_to_use="The bill is more than twice that of the same month last year.",
        steps="Compare with last year’s reading.\nAsk for a photograph of the meter.\nStop the collection while you check.\n"
        "Send the corrected bill with one line that says what was wrong.",
        words="This is not what you used, and you need not pay it while I check.",
        avoid="“The system estimated it.”",
        example="The estimate took a holiday flat for a family home. A photograph settled it in a day.",
        clause=("Billing and refunds policy", "1.1"),
        category="Billing accuracy",
    ),
    Article(
        situation="Somebody on the call needs extra support",
        when_to_use="They mention illness, bereavement, equipment at home, or they find it hard to follow.",
        steps="Slow down and ask what would make it easier.\nWrite the need down, with their agreement.\nOffer the "
        "channel that suits them.",
        words="Is there anything about your situation that I should know, so that we get this right?",
        avoid="Guessing at a diagnosis.",
        example="A customer with a machine at home was put first on the list before she had to ask.",
        clause=("Fair treatment and support needs", "1.1"),
        trigger="support-need",
        review_in=-12,
    ),
    Article(
        situation="The direct debit was raised without a word",
        when_to_use="The customer hears of the new amount from their bank.",
        steps="Read out how the amount was worked out.\nOffer to spread it.\nSend the working in writing the same day.",
        words="I will send you the sums today, so that you can check them yourself.",
        avoid="“It is automatic.”",
        example="",
        clause=("Billing and refunds policy", "2.1"),
        category="Payments and direct debit",
        state="IN_REVIEW",
    ),
)
