"""Promises, appointments, switching, moving, the website."""

from desk.generator.words.issues import Issue, Subject

SERVICE = (
    Subject(
        category="Contact and waiting",
        team="Complaints North",
        stage="Getting help",
        causes=("people-process-record", "people-knowledge-product", "people-process-skipped"),
        weight=11,
        issues=(
            Issue(
                begins=(
                    "Four people promised to ring me back and not one of them did.",
                    "{agent} told me on {date} that it was all sorted, and there is no note of that call.",
                    "I have been passed between billing and metering for {weeks} weeks and each says it is the other.",
                ),
                details=(
                    "The last call took fifty minutes, forty of them music.",
                    "Every time I have to tell the whole story from the start.",
                    "The manager I asked for was in a meeting, at lunch, and then on leave.",
                    "I was told one thing by chat and the opposite on the phone an hour later.",
                ),
                weight=14,
            ),
            Issue(
                begins=(
                    "The person I spoke to on {date} was rude and put the phone down on me.",
                    "I was laughed at when I said that I could not read the bill because of my eyesight.",
                    "The adviser spoke over me for the whole call and refused to give a name.",
                ),
                details=(
                    "I want somebody to listen to the recording.",
                    "I have been a customer for nineteen years and never raised my voice.",
                    "My daughter was in the room and heard every word.",
                ),
                weight=5,
                trigger="colleague-conduct",
            ),
        ),
    ),
    Subject(
        category="Boiler cover and engineers",
        team="Field and metering",
        stage="Using energy",
        causes=("process-handoff-lost", "third-party-contractor", "communication-none"),
        weight=8,
        winter=1.2,
        issues=(
            Issue(
                begins=(
                    "Nobody came for the appointment on {date} between eight and twelve.",
                    "The engineer's visit was cancelled by text at {hour}, after I had waited in all morning.",
                    "This is the {times} appointment that you have missed.",
                ),
                details=(
                    "I lost a day's pay, which is {small}, and I cannot take another.",
                    "Your system says that the engineer called and I was out; the doorbell camera shows nobody.",
                    "The compensation for a missed visit was never mentioned.",
                    "The next free slot I was offered is in {weeks} weeks.",
                ),
            ),
            Issue(
                begins=(
                    "The engineer left mud through the hall and cracked a tile.",
                    "After the visit on {date} the boiler cupboard door no longer closes and there is a hole in the worktop.",
                ),
                details=(
                    "He said it was like that when he arrived, and I have a photo from the day before.",
                    "A joiner quoted {amount} to put it right.",
                ),
                weight=4,
            ),
        ),
    ),
    Subject(
        category="Switching supplier",
        team="Complaints North",
        stage="Joining",
        causes=("third-party-network", "people-process-skipped", "people-misinformation-rule"),
        weight=7,
        issues=(
            Issue(
                begins=(
                    "My switch to another supplier was blocked by you without a reason.",
                    "I left you on {earlier} and you are still taking payments.",
                    "The opening reading you gave my new supplier is {reading}, which is wrong.",
                ),
                details=(
                    "The new supplier says the objection came from your side.",
                    "Two companies are now billing me for the same gas.",
                    "The final bill was due within six weeks and it has been {weeks}.",
                ),
            ),
            Issue(
                begins=(
                    "I never agreed to switch to Northfold, and my supply was moved on {date}.",
                    "A salesman at the door got my elderly father to sign, and he thought it was a survey.",
                ),
                details=(
                    "There is no signature and no recording, yet you say there is a contract.",
                    "We want to go back to the old supplier on the old terms.",
                ),
                weight=5,
            ),
        ),
    ),
    Subject(
        category="Moving home",
        team="Complaints North",
        stage="Moving home",
        causes=("people-process-skipped", "communication-none", "technology-integration"),
        weight=6,
        winter=0.8,
        issues=(
            Issue(
                begins=(
                    "I moved out on {earlier}, gave the closing readings, and still get bills for the old house.",
                    "We moved in on {date} and you insist on the debt of the people before us.",
                    "My final bill uses a reading of {reading}, taken after I had handed over the keys.",
                ),
                details=(
                    "The landlord's inventory has the right reading with a date on it.",
                    "The account is in the name of someone I have never heard of.",
                    "I sent the tenancy agreement through the upload page, and it says received.",
                    "Letters to 'the occupier' threaten to fit a prepayment meter.",
                ),
            ),
        ),
    ),
    Subject(
        category="Website and app",
        team="Complaints North",
        stage="Getting help",
        causes=("technology-integration", "communication-none"),
        weight=6,
        issues=(
            Issue(
                begins=(
                    "I cannot sign in to the app since {date}: it says that my account does not exist.",
                    "The website throws away my reading with an error every time I press send.",
                    "The app shows somebody else's address and balance next to mine.",
                ),
                details=(
                    "The password link arrives after it has expired.",
                    "I have tried two phones and my daughter's laptop.",
                    "Support told me to clear the cache and closed the chat.",
                    "I need a bill as a PDF for a housing application and cannot get one.",
                ),
            ),
        ),
    ),
)
