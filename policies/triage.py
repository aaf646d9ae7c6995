"""The tree of questions that decides what kind of case it is, with the reason in words."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from policies.choices import TriageOutcome
from policies.packs.records import Record, read_records

SHIPPED: Final = Path(__file__).resolve().parent / "packs" / "house" / "triage_tree.yaml"
MOST_QUESTIONS: Final = 12  # as many as log-case.css can show one after the other
MOST_ANSWERS: Final = 8


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer leads to another question, by its code, or it ends with an outcome and what goes with that."""

    code: str
    label: str
    leads_to: str = ""
    outcome: str = ""
    raises_incident: bool = False
    reason: str = ""
    clause: str = ""
    standard_code: str = ""
    wording: str = ""
    boundary: str = ""


@dataclass(frozen=True, kw_only=True)
class Question:
    code: str
    text: str
    answers: tuple[Answer, ...]
    help: str = ""


@dataclass(frozen=True, kw_only=True)
class Step:
    question: Question
    answer: Answer


@dataclass(frozen=True, kw_only=True)
class Tree:
    """The questions in order; the first one is asked first. `row_id` is empty for the tree that comes with the product."""

    questions: tuple[Question, ...]
    row_id: int | None = None
    number: int = 0

    def find(self, code: str) -> Question | None:
        return next((each for each in self.questions if each.code == code), None)

    @property
    def ends(self) -> list[Answer]:
        return [answer for question in self.questions for answer in question.answers if answer.outcome]

    def clause_for(self, kind: str) -> str:
        """Return where the tree says that cases of this kind are defined."""
        return next((end.clause for end in self.ends if TriageOutcome(end.outcome).kind == kind and end.clause), "")


@dataclass(frozen=True, kw_only=True)
class Walk:
    """How far the answers lead: to an `end`, or to the question that is open."""

    tree: Tree
    steps: tuple[Step, ...] = ()
    end: Answer | None = None
    waits_for: Question | None = None

    @property
    def path(self) -> list[dict[str, str]]:
        """Return questions and answers in the words of the day, as a decision keeps them."""
        return [{"question": each.question.text, "answer": each.answer.label} for each in self.steps]


def walk(tree: Tree, given: Mapping[str, str]) -> Walk:
    """Follow the answers given, by question code. Answers to questions that are not on the way count for nothing."""
    steps: list[Step] = []
    question = tree.questions[0] if tree.questions else None
    while question is not None and len(steps) < len(tree.questions):
        answer = next((each for each in question.answers if each.code == given.get(question.code)), None)
        if answer is None:
            return Walk(tree=tree, steps=tuple(steps), waits_for=question)
        steps.append(Step(question=question, answer=answer))
        if answer.outcome:
            return Walk(tree=tree, steps=tuple(steps), end=answer)
        question = tree.find(answer.leads_to)
    return Walk(tree=tree, steps=tuple(steps))


def problems(tree: Tree) -> list[str]:
    """Return why the tree cannot be asked, one sentence each, naming the question; nothing if it can."""
    if not tree.questions:
        return ["The tree has no question yet. Add the first one."]
    found = [sentence for question in tree.questions for sentence in _problems_of(question, tree)]
    if len(tree.questions) > MOST_QUESTIONS:
        found.append(f"There are {len(tree.questions)} questions. There may be {MOST_QUESTIONS} at most.")
    found += [
        f"No answer leads to “{question.text}”, so nobody would be asked it. Let an answer lead there, or take it out."
        for question in tree.questions
        if question.code not in _reached(tree)
    ]
    found += [
        f"“{question.text}” comes again after its own answers, so the questions would never end."
        for question in tree.questions
        if question.code in _followers(tree, question)
    ]
    return found


def _problems_of(question: Question, tree: Tree) -> Iterator[str]:
    if len(question.answers) < 2:
        yield f"“{question.text}” needs at least two answers."
    labels = [answer.label for answer in question.answers]
    if twice := next((label for label in labels if labels.count(label) > 1), None):
        yield f"“{question.text}” has the answer “{twice}” twice."
    for answer in question.answers:
        named = f"The answer “{answer.label}” to “{question.text}”"
        if not answer.outcome and not answer.leads_to:
            yield f"{named} has no outcome and leads to no question."
        elif answer.leads_to and tree.find(answer.leads_to) is None:
            yield f"{named} leads to a question that is not there any more."
        elif answer.outcome and not answer.reason:
            yield f"{named} ends without a reason. Write the sentence that the case keeps."


def _followers(tree: Tree, question: Question) -> set[str]:
    """Return the codes of all questions that can come after `question`."""
    found: set[str] = set()
    waiting = [question]
    while waiting:
        for answer in waiting.pop().answers:
            after = tree.find(answer.leads_to)
            if after and after.code not in found:
                found.add(after.code)
                waiting.append(after)
    return found


def _reached(tree: Tree) -> set[str]:
    first = tree.questions[0]
    return {first.code} | _followers(tree, first)


def tree_from(questions: list[dict[str, Any]], *, row_id: int | None = None, number: int = 0) -> Tree:
    """Return the tree that a row holds as plain data."""
    return Tree(
        questions=tuple(
            Question(**{**each, "answers": tuple(Answer(**answer) for answer in each["answers"])}) for each in questions
        ),
        row_id=row_id,
        number=number,
    )


def as_data(questions: tuple[Question, ...]) -> list[dict[str, Any]]:
    """Return questions as plain data, as a row keeps them."""
    return [{**asdict(question), "answers": [asdict(each) for each in question.answers]} for question in questions]


def read_questions(records: list[Record]) -> tuple[Question, ...]:
    """Return the questions of a pack file."""
    return tuple(_read_question(record) for record in records)


def _read_question(record: Record) -> Question:
    question = Question(
        code=record.text("code", longest=40),
        text=record.text("text", longest=160),
        help=record.text("help", "", longest=300),
        answers=tuple(_read_answer(each) for each in record.records("answers")),
    )
    record.finish()
    return question


def _read_answer(record: Record) -> Answer:
    outcome = record.take("outcome", None)
    answer = Answer(
        code=record.text("code", longest=40),
        label=record.text("label", longest=80),
        leads_to=record.text("leads_to", "", longest=40),
        outcome=record.choice("outcome", TriageOutcome).value if outcome else "",
        raises_incident=record.flag("raises_incident"),
        reason=record.text("reason", "", longest=300),
        clause=record.text("clause", "", longest=140),
        standard_code=record.text("standard_code", "", longest=20),
        wording=record.text("wording", "", longest=300),
        boundary=record.text("boundary", "", longest=300),
    )
    record.finish()
    return answer


@cache
def shipped_tree() -> Tree:
    """Return the tree of the house pack, which is asked until an organisation has published its own."""
    [record] = read_records(SHIPPED)
    return Tree(questions=read_questions(record.records("questions")))
