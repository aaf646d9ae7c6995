"""Power cuts, voltage, gas supply: where an incident stands behind the complaint."""

from desk.generator.words.issues import Issue, Subject

SUPPLY = (
    Subject(
        category="Supply and faults",
        team="Field and metering",
        stage="Using energy",
        causes=("product-defect", "third-party-network", "third-party-contractor"),
        weight=8,
        winter=1.5,
        issues=(
            Issue(
                begins=(
                    "We have had no electricity since {hour}, and next door has.",
                    "The power went off for the {times} time this month.",
                    "Half the sockets in the house are dead since the engineer was here on {date}.",
                    "The lights dim and flicker every evening around {hour}.",
                ),
                details=(
                    "The food in the freezer is lost, about {small} worth.",
                    "My husband uses a stairlift and cannot get down.",
                    "The fault line gave me a time, and then another, and then nothing.",
                    "Your map says that the outage is resolved; it is not.",
                    "We run a small bakery, and the ovens were cold for two mornings.",
                ),
                weight=14,
                is_incident=True,
            ),
            Issue(
                begins=(
                    "The gas was cut off on {date} because of work in the street that nobody announced.",
                    "Our gas supply was isolated after a safety visit and nobody came back to restore it.",
                ),
                details=(
                    "There has been no heating or hot water for {days} days.",
                    "We were told to buy an electric heater and claim it back, and the claim was refused.",
                    "There is a newborn in the house.",
                ),
                weight=7,
                is_incident=True,
            ),
        ),
    ),
    Subject(
        category="Boiler cover and engineers",
        team="Field and metering",
        stage="Using energy",
        causes=("third-party-contractor", "people-misinformation-rule", "product-defect"),
        weight=6,
        winter=2.0,
        issues=(
            Issue(
                begins=(
                    "The boiler broke down on {date}, and under my cover someone was to come within a day.",
                    "My claim under the boiler cover was refused as 'wear and tear'.",
                    "The boiler has failed again, {days} days after your engineer repaired it.",
                ),
                details=(
                    "The part has been on order since {earlier}.",
                    "I have paid {small} a month for {months} years and never claimed.",
                    "The engineer said the part was covered, and the office says it is not.",
                    "There is ice inside the bedroom window.",
                    "We boil kettles to wash the children.",
                ),
            ),
        ),
    ),
)
