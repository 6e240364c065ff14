"""The parts of a recording that are filled in when there is something to say (domain.md B.1). Data, not classes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ask:
    """One question. `kind` is `text` (as long as it takes), `line` (one line) or `choice`."""

    name: str
    label: str
    kind: str = "text"
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of the form; `name` is its key in the recording."""

    name: str
    title: str
    hint: str
    asks: tuple[Ask, ...]

    def field(self, ask: Ask) -> str:
        """The name of a question's form field."""
        return f"{self.name}_{ask.name}"


SEEN_ALONE = (("yes", "Yes"), ("no", "No"), ("unsure", "Not sure"))

SECTIONS: tuple[Section, ...] = (
    Section(
        "health",
        "Health and medicine",
        "sleep, food, illness, appointments",
        (
            Ask("what", "Health, sleep and food", hint="Appointments, illness, a knock or a fall and what you did."),
            Ask(
                "medicine",
                "Medicine",
                hint="Its name, how much, when, who gave it. Say so if it was missed or not wanted.",
            ),
        ),
    ),
    Section(
        "school",
        "School or nursery",
        "lessons, friends, homework, praise",
        (Ask("what", "How school was", hint="Praise and worries, meetings, homework, being late or away."),),
    ),
    Section(
        "family_time",
        "Family time",
        "visits, calls, messages",
        (
            Ask("who", "With whom, where and how long", "line"),
            Ask("how", "How it was", hint="Before, during and after. Gifts, calls and messages too."),
            Ask("changed", "Was it late, cut short or called off? By whom?"),
        ),
    ),
    Section(
        "incident",
        "Behaviour, or something that happened",
        "before, what happened, how it ended",
        (
            Ask("before", "What happened just before"),
            Ask("what", "What happened", hint="What you saw and heard, for how long, and what you did."),
            Ask("ended", "How it ended"),
            Ask("repair", "How you made up again", hint="What you said or did afterwards, and what helped."),
            Ask(
                "held",
                "If anybody was held to keep someone safe",
                hint="Why, how, how long, who was there, any hurt, and what the child says about it.",
            ),
            Ask("told", "Who was told, and when"),
        ),
    ),
    Section(
        "missing",
        "Missing or away",
        "last seen, police, back again",
        (
            Ask("last_seen", "When and where last seen, and in what clothes"),
            Ask("police", "Police: what time, and their reference", "line"),
            Ask("returned", "Back: when", "line"),
            Ask("how", "How they came back, and how they are"),
        ),
    ),
    Section(
        "money",
        "Money and decisions",
        "pocket money, savings, trips, permissions",
        (
            Ask("money", "Money", hint="Pocket money, savings, things bought."),
            Ask(
                "decisions", "Decisions you made", hint="Trips, sleepovers, haircuts: what you decided and who agreed."
            ),
        ),
    ),
    Section(
        "visits",
        "Visits and professionals",
        "social worker, health, meetings",
        (
            Ask("who", "Who came or rang, and about what"),
            Ask("alone", "Was the child seen alone?", "choice", choices=SEEN_ALONE),
        ),
    ),
)
