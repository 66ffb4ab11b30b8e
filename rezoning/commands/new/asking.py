"""Questions that files leave open: each with a suggestion, asked on a terminal, answered beforehand, or listed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from rezoning.errors import Problem, RezoningError


class AnswerError(RezoningError):
    """A folder that is none, or an answer that was given beforehand and fits no question."""

    exit_code = 2
    title = "usage"


@dataclass(frozen=True)
class Choice:
    """One answer.

    Parameters
    ----------
    value
        How it is written after ``--answer KEY=``.
    label
        What it means, beside it; blank where the value says it.
    """

    value: str
    label: str = ""

    def __str__(self) -> str:
        return f"{self.value} ({self.label})" if self.label else self.value


@dataclass(frozen=True)
class Question:
    """Something that the files do not say.

    Parameters
    ----------
    key
        A short word for it.
    text
        The question.
    choices
        What may be answered; anything where there are none.
    suggestion
        Place of the suggested answer among them.
    why
        Why it is suggested.
    """

    key: str
    text: str
    choices: tuple[Choice, ...]
    suggestion: int = 0
    why: str = ""

    @property
    def suggested(self) -> Choice:
        """The suggested answer."""
        return self.choices[self.suggestion]

    def record(self) -> dict[str, Any]:
        """The question as a document has it."""
        return {
            "key": self.key,
            "question": self.text,
            "choices": [choice.value for choice in self.choices],
            "suggestion": self.suggested.value,
            "why": self.why,
        }


Ask = Callable[[Question], str]


@dataclass
class Asking:
    """Answers questions, and remembers which were asked and what was answered.

    Parameters
    ----------
    given
        Answers from the command line, by key; ``--level`` is one of them.
    ask
        Puts a question to a person; None where nobody is there.
    """

    given: dict[str, str] = field(default_factory=dict)
    ask: Ask | None = None
    asked: list[Question] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)

    def choose(self, key: str, text: str, choices: Sequence[Choice], suggestion: int = 0, why: str = "") -> str:
        """The answer to a question: given beforehand, else a person's, else the suggestion; remembered, so that it is asked once."""
        if key in self.answers:
            return self.answers[key]
        question = Question(key, text, tuple(choices), suggestion, why)
        if key in self.given:
            answer = self._checked(question, self.given[key])
        elif self.ask is not None:
            self.asked.append(question)
            answer = self.ask(question)
        else:
            self.asked.append(question)
            answer = question.suggested.value
        self.answers[key] = answer
        return answer

    @staticmethod
    def _checked(question: Question, answer: str) -> str:
        fitting = {choice.value.casefold(): choice.value for choice in question.choices}
        if answer.casefold() not in fitting:
            known = ", ".join(choice.value for choice in question.choices)
            raise AnswerError(Problem(f"--answer {question.key}={answer}", "is none of the answers.", f"Answer one of: {known}."))
        return fitting[answer.casefold()]

    def check_all_used(self) -> None:
        """Refuse answers to questions that were not asked.

        Raises
        ------
        AnswerError
            Some were.
        """
        lost = [key for key in self.given if key not in self.answers and key != "level"]
        if lost:
            known = ", ".join(self.answers) or "none"
            raise AnswerError([Problem(f"--answer {key}", "answers no question of this folder.", f"Questions are: {known}.") for key in lost])
