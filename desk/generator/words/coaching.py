"""What leaders and colleagues of the demonstration say to each other: believable, kind, and about what was seen."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Note:
    """A coaching note and what became of it; `said` is (who, step, words) in order, days are counted back from today."""

    colleague: str
    days_ago: int
    situation: str
    behaviour: str
    impact: str
    strengths: str
    priorities: tuple[str, ...]
    goal: str = ""
    reality: str = ""
    options: str = ""
    way_forward: str = ""
    action: str
    due_in: int
    support: str
    process_issue: str = ""
    is_shared: bool = True
    said: tuple[tuple[str, str, str], ...] = field(default=())


NOTES = (
    Note(
        colleague="Rowan Ashdown",
        days_ago=2,
        situation="A call on Tuesday morning about a refund that had been promised twice.",
        behaviour=(
            "You let the customer finish without interrupting, then looked the payment up while the line was silent for "
            "almost a minute. You gave the date of the refund once, near the end."
        ),
        impact="They asked three times whether you were still there. When they heard the date they were content.",
        strengths=(
            "You said sorry for the second missed refund before you were asked to, and you meant it. They said so in the "
            "survey."
        ),
        priorities=(
            "Says what is happening while looking something up, at least every 20 seconds",
            "Gives the date of a promise twice: when it is made and at the end of the call",
        ),
        goal="To keep calls calm without making them longer.",
        reality="Silence feels quicker to you. You had not noticed how often they asked.",
        options="You thought of saying what you see on the screen, or of asking for the account number while it loads.",
        way_forward="You will try saying what you see. What may get in the way: the slow payments screen.",
        action="Say what you are doing on every look-up in this week’s calls",
        due_in=5,
        support="I will listen in for half an hour on Monday and tell you what I hear.",
    ),
    Note(
        colleague="Rowan Ashdown",
        days_ago=44,
        situation="The final letter on a complaint about an estimated bill.",
        behaviour="The letter gave our decision in the fourth paragraph, after two that repeated the history.",
        impact="The customer rang to ask what we had decided.",
        strengths="Every point of the complaint had an answer, and each answer had its reason.",
        priorities=("Puts the decision into the first sentence of a letter",),
        goal="Letters that nobody has to ring about.",
        action="Write the next three letters with the decision first, and read them aloud once",
        due_in=-20,
        support="I read the first one before it goes.",
        said=(
            ("colleague", "RESPOND", "That is fair. I write the history first because it helps me think."),
            ("leader", "REPLY", "Keep writing it first, then move it below the decision before you send it."),
            ("leader", "RESOLVE", "Three letters of three began with the decision. Nobody rang."),
        ),
    ),
    Note(
        colleague="Amara Nwosu",
        days_ago=16,
        situation="A web chat with somebody whose meter had been read wrongly since March.",
        behaviour="You sent the link to the meter guide as your first answer, and asked for a photo after that.",
        impact="They left the chat and called. The second colleague had to start again.",
        strengths="Your notes were so clear that the second colleague needed no questions.",
        priorities=("Asks one question about the problem before sending a link",),
        goal="To solve more chats without a call.",
        reality="Links feel helpful, and they are quick when four chats are open.",
        options="A first question kept as a saved reply. Three chats at a time instead of four.",
        way_forward="The saved reply first. I will ask for three chats at busy hours.",
        action="Use the saved first question in every meter chat",
        due_in=-1,
        support="I have asked for a limit of three chats between 4pm and 6pm.",
        said=(("colleague", "ACKNOWLEDGE", ""),),
    ),
    Note(
        colleague="Gareth Jessop",
        days_ago=9,
        situation="A call on Thursday from a customer in arrears.",
        behaviour="The payment plan was offered before the questions about income and outgoings were asked.",
        impact="The plan was missed within a week and the customer was more upset than before.",
        strengths="You kept your voice even while they shouted.",
        priorities=("Asks about income and outgoings before naming an amount",),
        action="Use the budget sheet on the next five arrears calls",
        due_in=12,
        support="We go through the first one together.",
        said=(
            (
                "colleague",
                "DISPUTE",
                "I asked about their income at the start. The recording begins after the transfer, so you heard only the "
                "second half. I would like us to listen to the whole call together.",
            ),
            ("leader", "REPLY", "I did not know that. I have asked for the first part, and we listen to it on Friday."),
        ),
    ),
    Note(
        colleague="Joanna Kaminska",
        days_ago=12,
        situation="Three complaints about closed accounts, all in the last fortnight.",
        behaviour="You sent each one to the closing team and told the customer that it would take five days.",
        impact="None of the three was done in five days, and all three customers came back.",
        strengths="You wrote down each promise, so we could see what happened to it.",
        priorities=("Calls the customer on day four when the other team has not answered",),
        action="Set a promise for day four on each hand-off",
        due_in=9,
        support="I am taking the five days up with the closing team.",
        process_issue=(
            "The closing team works to ten days while our script promises five, so every hand-off breaks a promise."
        ),
        said=(("colleague", "RESPOND", "Thank you for seeing that this is not only me. Day four I can do."),),
    ),
    Note(
        colleague="Kieran Lomax",
        days_ago=0,
        situation="Two calls this morning with customers who had called before.",
        behaviour="You read the history before you picked up, and told both what you already knew.",
        impact="",
        strengths="Neither had to repeat the story.",
        priorities=(),
        action="",
        due_in=0,
        support="",
        is_shared=False,
    ),
)

# Notes of the other teams, so that a manager's counts have something to count.
ROUTINE = (
    (
        "A call about a missed appointment.",
        "You gave the new date before you said sorry for the old one.",
        "They asked for an apology.",
    ),
    (
        "A letter about a tariff change.",
        "You used three words that the customer had told us they did not know.",
        "They wrote again.",
    ),
    (
        "A chat about a final bill.",
        "You summed up what was agreed in one line at the end.",
        "They thanked you and did not call.",
    ),
    (
        "A call from somebody who needs extra support.",
        "You asked what would help before you offered anything.",
        "They stayed on the line.",
    ),
)

# Who praises whom for what, and whether the team may read it.
PRAISE = (
    (
        "Amara Nwosu",
        "Rowan Ashdown",
        "Stayed on the line until the refund was on its way, and rang back the day after.",
        "",
    ),
    ("Imogen Farrow", "Rowan Ashdown", "Wrote a final letter that answered each point in one sentence.", "AGREED"),
    ("Rowan Ashdown", "Gareth Jessop", "Kept calm while the customer shouted, and got to the real question.", "AGREED"),
    ("Rowan Ashdown", "Joanna Kaminska", "Noticed that three closed accounts had one cause, and said so.", "AGREED"),
)

# Whose goal, what it is, how they will know, how far it is, and their last words on it.
GOALS = (
    (
        "Rowan Ashdown",
        "Lead the call of an incident from start to end",
        "Two incidents led, each update on time",
        40,
        "I led the updates last week. Next time I open the call.",
    ),
    ("Amara Nwosu", "Solve meter chats without a call", "Eight of ten in a week", 60, "Six of ten this week."),
    ("Kieran Lomax", "Write letters that need no change", "Five in a row", 20, "The first went out as I wrote it."),
)

STAR = {
    "situation": "Customers could not get through, and nobody knew yet how many were affected.",
    "task": "I was to find out what had failed, keep customers told, and hand the cause to those who could mend it.",
    "action": (
        "I wrote down who was affected and since when. I handed the work to the resolvers and asked them to confirm. "
        "Each hour I sent an update, also when there was nothing new, and said when the next would come."
    ),
    "result": "Nobody waited longer than promised for an update, and few called a second time.",
    "learning": "I would ask for the confirmation of the hand-off at once. I waited an hour before I asked for it.",
    "outcome_measure": "Every update was sent by the time promised for it.",
}
