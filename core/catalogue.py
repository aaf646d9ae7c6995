"""What the parts catalogue shows: one example of each shared part."""

from datetime import UTC, datetime
from typing import Any, Final

from django import forms

from core.forms import RedressForm


class CatalogueForm(RedressForm):
    """One of each kind of control."""

    story = forms.CharField(
        label="What is the customer telling you?",
        help_text="What went wrong, when, and what has been done so far.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter what the customer is telling you"},
    )
    wanted = forms.ChoiceField(
        label="What does the customer want most?",
        choices={"sorry": "An apology", "why": "An explanation", "money": "A refund or compensation"},
        widget=forms.RadioSelect,
        error_messages={"required": "Select what the customer wants most"},
    )
    reasons = forms.MultipleChoiceField(
        label="Other reasons that also apply",
        choices={"before": "They contacted us before about this", "promise": "We promised something and did not do it"},
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    stage = forms.ChoiceField(label="Journey stage", choices={"": "Select a stage", "pay": "Payment and refund"})
    due = forms.DateField(label="Follow-up date", widget=forms.DateInput(attrs={"type": "date"}), required=False)
    checked = forms.BooleanField(label="I have read the letter to the customer")


EXAMPLES: Final[dict[str, Any]] = {
    "deadlines": [
        ("ok", "Mon 24 Nov, 3:00pm", "Due in 2 working days"),
        ("soon", "Today, 3:00pm", "Due today"),
        ("late", "Wed 19 Nov, 4:30pm", "Late by 4 working hours"),
        ("paused", "Paused", "Waiting on customer since 12 Nov"),
        ("met", "Met", "18 Nov, 10:20am"),
    ],
    "statuses": [
        ("LOGGED", "Logged"),
        ("INVESTIGATING", "Investigating"),
        ("AWAITING_SIGN_OFF", "With approver"),
        ("RETURNED", "Returned"),
        ("APPROVED", "Approved"),
        ("WITH_CUSTOMER", "With customer"),
        ("CLOSED", "Closed"),
        ("REOPENED", "Reopened"),
    ],
    "priorities": [(1, "P1 Critical"), (2, "P2 High"), (3, "P3 Medium"), (4, "P4 Low")],
    "findings": [
        ("UPHELD", "Upheld"),
        ("PARTLY_UPHELD", "Partly upheld"),
        ("NOT_UPHELD", "Not upheld"),
        ("", "No finding yet"),
    ],
    "facts": [
        ("What happened", "A refund of £186.40 was promised within 5 working days. It has not arrived."),
        ("Triggers", "We promised something and did not do it"),
        ("Journey stage", "Payment and refund"),
    ],
    "tasks": [
        {"label": "Read the payment ledger", "state": "done", "meta": "Completed"},
        {"label": "Ask Payments who reads rejections", "state": "started", "meta": "Due today", "url": "#tasks"},
        {"label": "Check policy on bank charges", "state": "open", "meta": "Fri 21 Nov", "url": "#tasks"},
    ],
    "points": [
        {
            "text": "The refund promised on 3 November has not arrived",
            "finding": "UPHELD",
            "finding_label": "Upheld",
            "note": "Bank rejection, 5 Nov",
        },
        {"text": "Nobody said that the payment had failed", "finding": "", "finding_label": ""},
    ],
    "steps": [
        {"label": "Logged", "note": "3 Nov", "state": "past"},
        {"label": "Investigating", "note": "since 5 Nov", "state": "now"},
        {"label": "Sign-off", "note": "not yet", "state": ""},
        {"label": "Closed", "note": "not yet", "state": ""},
    ],
    "timeline": {
        "items": [
            {
                "kind": "in",
                "icon": "telephone-inbound",
                "title": "Call from Ann Lee",
                "who": "Taken by Priya Shah, 6 minutes",
                "at": datetime(2025, 11, 20, 10, 31, tzinfo=UTC),
                "body": "“I was told five working days on the 3rd, and again on the 11th.” She wants the money today.",
                "anchor": "entry-1",
            },
            {
                "kind": "note",
                "icon": "pencil",
                "title": "Internal note",
                "who": "Priya Shah",
                "at": datetime(2025, 11, 20, 9, 48, tzinfo=UTC),
                "body": "The refund was rejected by the bank on 5 November: the sort code is from a closed account.",
                "anchor": "entry-2",
            },
            {
                "kind": "sys",
                "icon": "arrow-left-right",
                "title": "Priority changed from P3 Medium to P2 High",
                "who": "Redress",
                "at": datetime(2025, 11, 20, 9, 47, tzinfo=UTC),
                "anchor": "entry-3",
            },
            {
                "kind": "out",
                "icon": "envelope",
                "title": "Email to Ann Lee: We are looking into your refund",
                "who": "Sent by Priya Shah",
                "at": datetime(2025, 11, 19, 14, 15, tzinfo=UTC),
                "body": "Thank you for speaking to me. I am looking at three things.",
                "anchor": "entry-4",
            },
        ]
    },
    "figures": [
        {"label": "My open cases", "figure": "14", "say": "3 more than last Thursday", "url": "#figures"},
        {"label": "Due today", "figure": "3", "say": "First at 2:00pm", "tone": "warn", "url": "#figures"},
        {"label": "Late", "figure": "1", "say": "By 4 working hours", "tone": "bad", "url": "#figures"},
        {"label": "Upheld", "figure": "91%", "small": "of 117 decided", "say": "All teams: 58%"},
    ],
    "chips": [("Deadline: next 2 working days", "?team=billing"), ("Team: Billing", "?deadline=soon")],
    "table": {"columns": ["Week from", "Cases"], "rows": [("27 Oct", 17), ("3 Nov", 21), ("10 Nov", 18)]},
    "also": [("start_another", "Log and start another")],
}
