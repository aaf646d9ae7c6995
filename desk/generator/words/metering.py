"""Meters, readings, smart meters, top-ups."""

from desk.generator.words.issues import Issue, Subject

METERING = (
    Subject(
        category="Meter readings",
        team="Field and metering",
        stage="Meter and readings",
        causes=("product-defect", "data-record", "technology-data"),
        weight=9,
        winter=1.2,
        issues=(
            Issue(
                begins=(
                    "The electricity meter keeps counting with everything switched off at the board.",
                    "My gas meter has run twice as fast since it was changed on {date}.",
                    "The display on the meter is blank and you keep billing me on estimates.",
                ),
                details=(
                    "I turned everything off for an hour in front of a witness and it moved by {small_number} units.",
                    "A meter test was promised in {month} and nobody has come.",
                    "The engineer said himself that the meter was faulty and wrote it on his form.",
                ),
            ),
            Issue(
                begins=(
                    "I have been paying for my neighbour's meter: the serial number on my bill is theirs.",
                    "The two flats here have their meters crossed, and I have been billed for the larger one since {earlier}.",
                ),
                details=(
                    "I sent photos of both meters with the flat numbers.",
                    "You say the national database has to be changed first; that has taken {weeks} weeks.",
                    "The neighbour's bill is {small} and mine is {amount}, which says it all.",
                ),
                weight=6,
            ),
        ),
    ),
    Subject(
        category="Smart meters",
        team="Field and metering",
        stage="Joining",
        causes=("product-defect", "third-party-contractor", "process-handoff-lost"),
        weight=8,
        issues=(
            Issue(
                begins=(
                    "The smart meter was fitted on {date} and the in-home display has never connected.",
                    "Since the installation the smart meter sends no readings, and I am back on estimates.",
                    "The display shows no signal and yesterday's cost has been zero for {weeks} weeks.",
                ),
                details=(
                    "I was told to wait a day, then a week, then for a firmware update.",
                    "A new display was posted and does the same.",
                    "We have a basement meter, which I said when I booked.",
                    "I was sold the cheaper time-of-use tariff on the strength of it.",
                ),
                weight=12,
            ),
            Issue(
                begins=(
                    "The installer left without finishing because the meter board was the wrong size.",
                    "Your fitter drilled through the cupboard wall and left without a word.",
                    "The installation was cancelled at the door as the fitter had only one meter in the van.",
                ),
                details=(
                    "I had taken a day off work for it.",
                    "There are bare wires behind the cover, and I am worried about the children.",
                    "The plaster has been open since {date}.",
                ),
            ),
        ),
    ),
    Subject(
        category="Prepayment and top-ups",
        team="Complaints South",
        stage="Payment and refund",
        causes=("technology-integration", "product-defect", "policy-support"),
        weight=7,
        winter=1.5,
        issues=(
            Issue(
                begins=(
                    "I topped up {small} at the shop and it has not reached the meter.",
                    "The app took {small} for a top-up and the meter still says zero.",
                    "Three top-ups this week have vanished between the app and the meter.",
                ),
                details=(
                    "The shop gave me the 20-digit code, and the meter says it was rejected.",
                    "We were without electricity from {hour} until the morning.",
                    "I have a baby in the house, and the freezer has thawed.",
                    "Emergency credit would not switch on either.",
                ),
                weight=13,
                is_incident=True,
            ),
            Issue(
                begins=(
                    "The meter takes {small} a week for a debt I have already paid off.",
                    "You switched my meter to prepayment remotely, without asking me, on {date}.",
                ),
                details=(
                    "I am on the priority register and depend on a nebuliser.",
                    "The key still carries the debt of the people before us.",
                    "The agent saw the zero balance and still could not stop the recovery.",
                ),
                weight=6,
            ),
        ),
    ),
)
