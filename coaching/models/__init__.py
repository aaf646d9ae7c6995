from coaching.models.growth import DevelopmentGoal, GoalEntry, Recognition
from coaching.models.practice import Practice, PracticeEvent, PracticeFeedback
from coaching.models.quality import Answer, Appeal, Calibration, Review, Sample, SampledCase
from coaching.models.scorecards import Criterion, Scorecard, ScorecardSection, ScorecardVersion
from coaching.models.sessions import CoachingSession, SessionCase, SessionEvent
from coaching.models.star import StarFact, StarRecord
from coaching.models.triage import TriageDraw, TriageReview

__all__ = [
    "Answer",
    "Appeal",
    "Calibration",
    "CoachingSession",
    "Criterion",
    "DevelopmentGoal",
    "GoalEntry",
    "Practice",
    "PracticeEvent",
    "PracticeFeedback",
    "Recognition",
    "Review",
    "Sample",
    "SampledCase",
    "Scorecard",
    "ScorecardSection",
    "ScorecardVersion",
    "SessionCase",
    "SessionEvent",
    "StarFact",
    "StarRecord",
    "TriageDraw",
    "TriageReview",
]
