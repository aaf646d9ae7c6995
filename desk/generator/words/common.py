"""Sentences that any complaint may hold, and the words of the people who handle it."""

TRIED = (
    "This is the {times} time that I ring about it.",
    "I e-mailed on {date} and got an automatic answer.",
    "Your chat closed on me twice.",
    "I wrote a letter on {earlier} and have had no reply.",
    "I spoke to {agent}, who was kind but could do nothing.",
    "I filled in the complaint form online and heard nothing.",
    "I was told that it had been escalated, but nobody can say to whom.",
    "I have spent over {hours} hours on the phone in all.",
)
EFFECTS = (
    "It is making me ill with worry.",
    "I cannot sleep.",
    "I am a carer and do not have the time for this.",
    "I am seventy-eight and on my own.",
    "We are short this month because of it.",
    "I feel that nobody believes me.",
    "My partner has a heart condition, and the stress is not helping.",
    "I have two small children at home.",
    "I run a business from home and have lost customers.",
    "It has cost me {small} in calls and bank charges.",
)
WANTS = (
    "I want an apology and for it to be put right.",
    "I want my money back and an explanation.",
    "Please have one person deal with this from now on.",
    "I expect compensation for the time that I have lost.",
    "If this is not settled by Friday, I shall go to the ombudsman.",
    "I only want somebody to tell me the truth about what happened.",
    "Make sure that this does not happen to anyone else.",
    "I want it in writing.",
    "I shall tell my consumer programme about this.",
    "I just want it sorted.",
)
ALREADY_TRIED = (
    "Explained the bill; customer does not accept it.",
    "Offered to rebill on actual readings; nothing happened since.",
    "Raised a task with the back office, no answer.",
    "Apologised and promised a call back, which was not made.",
    "Reset the meter remotely; fault came back.",
    "Booked a new visit; no slot within ten days.",
    "Transferred twice between teams.",
)
NOTES = (
    "Listened to the call of {date}: the promise was made in so many words.",
    "Account shows two open tasks, neither picked up.",
    "Asked metering for the job sheet.",
    "Customer prefers to be rung after {hour}.",
    "Back office confirms that the reading was keyed wrongly.",
    "Same address complained in {month}; see the earlier file.",
    "Contractor's report is in; visit logged as 'no access', photo does not match the house.",
    "Agreed with the customer to speak again at the end of the week.",
    "Checked the tariff history: code changed on {date} without a letter.",
    "Waiting for payments to confirm the trace.",
)
ACKNOWLEDGEMENTS = (
    "Thank you for telling us about this. I am {agent} and I shall look after your complaint. You will hear from me by the date below.",
    "I am sorry that you have had to come back to us. I have your complaint and shall ring you with what I have found.",
    "We have your complaint. I am looking into what happened and shall write with an answer to each point you made.",
)
UPDATES = (
    "I have asked our metering team for the job sheet and expect it this week. I shall ring you either way.",
    "I have found the call you mentioned. I am now checking why the refund was not released.",
    "I am still waiting for our contractor's report. I have chased it today and shall write again on the date below.",
    "The new bill is being worked out from your readings. You do not need to do anything.",
)
DECISIONS = (
    "We uphold your complaint. The promise was made and not kept. I have put it right today, and I am sorry.",
    "We uphold your complaint in part. The bill was right, but we should have explained it the first time you rang.",
    "I have looked at everything you sent and at our records. I do not uphold this part, and I explain why below.",
)
CUSTOMER_REPLIES = (
    "Thank you for ringing. I shall wait until Friday, but no longer.",
    "Here are the photos of the meter that you asked for.",
    "I accept that. Please send the refund to the account ending 4417.",
    "That does not answer my question about the second visit.",
    "It has arrived. Thank you for sticking with it.",
)
PROMISES = (
    "Ring with what metering found",
    "Send the corrected bill",
    "Pay the agreed sum into the customer's bank account",
    "Write with an update",
    "Check that the next bill is right",
    "Confirm the new visit by text",
)
POINTS = (
    "The promised call back was never made",
    "The bill is higher than the readings support",
    "The refund did not arrive in the time we gave",
    "The engineer did not come",
    "The adviser was rude",
    "Nobody told the customer about the change",
    "The customer had to repeat the story each time",
    "The complaint was not logged when it was first made",
)
REASONS = (
    "The recording shows that the promise was made; no task was raised.",
    "Readings and photos agree; our estimate was wrong.",
    "The payment failed on our side and was not retried.",
    "The visit was logged as done, and the photo shows another door.",
    "The recording does not bear this out.",
    "The letter was sent to the address we hold, and it was the right one.",
)
WHYS = (
    "The task was closed without the work being done.",
    "The closing code does not ask whether the customer was told.",
    "The queue is worked by age of task, not by what was promised.",
    "There is no field for the promised date.",
    "The process was written before we made promises by chat.",
)
