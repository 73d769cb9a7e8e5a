"""Decisions that a vendor's profile leaves to a person: its own questions, its guesses, and which of several values wins."""

from district_platform.sources.mapped.proposing.looking import Look
from district_platform.sources.mapped.proposing.vendor_questions import ASK, GUESS
from district_platform.sources.mapped.proposing.vendors import Choice
from district_platform.sources.mapped.questions import Apply, Document, Option, Question


def vendor_question(key: str, text: str, path: str, what: str, doc: Document, look: Look) -> Question | None:
    """A question of the profile about an extract; None where the profile does not know it any more."""
    if what.startswith(GUESS):
        return _guess(key, text, path, what.removeprefix(GUESS), doc)
    ask = look.bound.ask.get(path, {}).get(what.removeprefix(ASK)) if look.bound else None
    if ask is None:
        return None
    return Question(key, text, list(ask.details), [Option(o.label, _choose(path, ask.of_step, o)) for o in ask.options])


def _choose(path: str, step: str, choice: Choice) -> Apply:
    given = choice.model_dump(by_alias=True, exclude_unset=True)

    def apply(doc: Document) -> None:
        for block in doc["step"][step] if step else doc["extract"][path]:
            for column, operation in given.get("columns", {}).items():
                if column in block["columns"]:
                    block["columns"][column] = operation
            if given.get("where"):
                block["where"] = [*block.get("where", []), *given["where"]]

    return apply


def _guess(key: str, text: str, path: str, column: str, doc: Document) -> Question:
    made = [block["columns"][column] for block in doc["extract"][path] if column in block["columns"]]
    details = [f"{column} = {operation}" for operation in dict.fromkeys(str(one) for one in made)]

    def empty(d: Document) -> None:
        for block in d["extract"][path]:
            block["columns"].pop(column, None)

    options = [Option("yes: it is made so", lambda d: None), Option("no: it stays empty", empty)]
    return Question(key, text, details, options)


def order_question(key: str, text: str, doc: Document, look: Look) -> Question | None:
    """Which of several rows with the same keys stays: the values of a column, the one that wins first."""
    step = key.split(".")[1]
    column = look.bound.order.get(step) if look.bound else None
    if column is None or step not in doc.get("step", {}):
        return None

    def typed(answer: str) -> Apply | str:
        values = [part.strip() for part in answer.split(",") if part.strip()]
        if not values:
            return f"Type values of {column}, with commas."

        def put(d: Document) -> None:
            for block in d["step"][step]:
                block["one_per"]["first"] = {column: values}

        return put

    options = [Option("the first of the file", lambda d: None)]
    return Question(key, text, [], options, None, typed, f"or values of {column}, the one that wins first, with commas")
