"""Bills, payments, refunds, debt."""

from desk.generator.words.issues import Issue, Subject

BILLING = (
    Subject(
        category="Billing accuracy",
        team="Billing resolution",
        stage="Billing",
        causes=("technology-data", "data-record", "technology-integration"),
        weight=16,
        winter=1.6,
        issues=(
            Issue(
                begins=(
                    "My {month} bill is {amount} and the one before was {small}; nothing in the house has changed.",
                    "You have billed me {amount} on an estimate although I sent you a reading on {date}.",
                    "The bill dated {date} uses an estimated reading of {reading}, which is far above what the meter shows.",
                ),
                details=(
                    "The meter says {reading} today and I have a photo of it.",
                    "I have sent actual readings through the website every month since {earlier}.",
                    "The estimate is higher than a whole winter for a two-bedroom flat.",
                    "Somebody told me it would be rebilled within ten working days, and that was {weeks} weeks ago.",
                ),
                weight=14,
            ),
            Issue(
                begins=(
                    "I was promised the {tariff} rate and you are charging me the variable one.",
                    "My fixed tariff should run until next {month}, but the unit rate on the bill went up on {date}.",
                    "The standing charge on my bill is not the one in the contract I was sent on {earlier}.",
                ),
                details=(
                    "I have the welcome letter in front of me with the unit rate on it.",
                    "Over {months} months this comes to about {amount} too much.",
                    "The agent agreed that the tariff code was wrong but could not change it.",
                ),
            ),
            Issue(
                begins=(
                    "A bill for {amount} has arrived for energy used {months} months before I was even told.",
                    "You are asking me to pay {amount} for a period more than a year ago because of your own mistake.",
                ),
                details=(
                    "I understood that a supplier cannot go back more than twelve months.",
                    "No bill at all came between {earlier} and {date}, whatever I did.",
                    "I asked for a breakdown by month and got the same letter again.",
                ),
                weight=7,
            ),
        ),
    ),
    Subject(
        category="Refunds and credit balances",
        team="Billing resolution",
        stage="Payment and refund",
        causes=("people-process-record", "process-backlog", "technology-integration"),
        weight=11,
        issues=(
            Issue(
                begins=(
                    "The refund of {amount} I was promised on {date} has not arrived.",
                    "My account is {amount} in credit and you will not send it back.",
                    "I closed my account on {earlier} and am still waiting for {amount}.",
                ),
                details=(
                    "I was told five working days, then ten, and now nobody will give me a date.",
                    "The app says the refund was sent, but my bank has nothing.",
                    "It went to an old account that I closed last year; I gave you the new details twice.",
                    "A cheque was posted to the address I moved out of.",
                    "{agent} said the refund needed approval and would ring me back, and never did.",
                ),
                weight=16,
            ),
            Issue(
                begins=(
                    "My late mother's account is {amount} in credit and I cannot get it released.",
                    "As executor I have sent the death certificate three times and the credit of {amount} is still held.",
                ),
                details=(
                    "Letters keep arriving addressed to her, which upsets the whole family.",
                    "Each person I speak to asks for the same papers again.",
                    "The bereavement team's line rang out on {date} and again the day after.",
                ),
                weight=4,
            ),
        ),
    ),
    Subject(
        category="Payments and direct debit",
        team="Billing resolution",
        stage="Payment and refund",
        causes=("technology-integration", "communication-none", "people-process-skipped"),
        weight=10,
        winter=1.2,
        issues=(
            Issue(
                begins=(
                    "You put my Direct Debit up from {small} to {amount} without telling me.",
                    "My monthly payment has nearly doubled although the account is in credit.",
                ),
                details=(
                    "No letter, no e-mail, nothing in the app before the money went.",
                    "I am on a pension and plan every pound.",
                    "The calculator on your own website says {small} would cover my usage.",
                ),
            ),
            Issue(
                begins=(
                    "The Direct Debit was taken on {date} instead of the day we agreed.",
                    "I changed the payment date to after payday and you still collected it early.",
                ),
                details=(
                    "It put me into my overdraft and the bank charged me {small}.",
                    "Two other payments bounced because of it.",
                ),
                weight=6,
            ),
            Issue(
                begins=(
                    "Since the new app my Direct Debit was taken twice, {amount} each time, on the same day.",
                    "Two identical Direct Debit payments of {amount} left my bank after the app update.",
                    "The payment was collected twice this month: once under the old mandate and once under the new one.",
                ),
                details=(
                    "The app asked me to set up a new mandate after the update and kept the old one running.",
                    "It shows one payment in the app, but the bank statement has the duplicate.",
                    "Your chat said a duplicate collection is refunded by itself; it has not been.",
                    "A neighbour with the new app had the same double payment.",
                ),
                weight=3,
                is_rising=True,
            ),
        ),
    ),
    Subject(
        category="Debt and affordability",
        team="Complaints South",
        stage="Payment and refund",
        causes=("people-process-skipped", "communication-none", "policy-support"),
        weight=7,
        winter=1.3,
        issues=(
            Issue(
                begins=(
                    "A collection letter for {amount} came although I keep to the repayment plan I agreed with {agent}.",
                    "You have passed a debt of {amount} to an agency while my complaint about it is still open.",
                    "Someone came to my door on {date} about a debt that belongs to the tenant before me.",
                ),
                details=(
                    "I pay {small} every week and have the receipts.",
                    "My credit file now shows a default, and I am about to renew my mortgage.",
                    "I have told you twice that I am unwell and cannot deal with people at the door.",
                    "The name on the letters has never lived here; I sent the tenancy agreement.",
                ),
            ),
            Issue(
                begins=(
                    "I asked for help with paying in {month} and was offered nothing but the full amount.",
                    "I cannot afford {amount} a month and nobody will talk to me about a lower plan.",
                ),
                details=(
                    "I am choosing between heating and food.",
                    "A charity helped me fill in the income form, and it was sent on {earlier}.",
                    "The form was lost, and then lost again.",
                ),
                weight=7,
            ),
        ),
    ),
)
