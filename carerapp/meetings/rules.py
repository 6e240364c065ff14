"""Pure rules of asking for a meeting: who may ask, and which roles have which part in it."""

from ..policy.model import MeetingRules

MUST_ATTEND, ARRANGES, MAY_CHAIR = "must_attend", "arranges", "may_chair"
PARTS = (MUST_ATTEND, ARRANGES, MAY_CHAIR)


def may_ask(role: str, policy: MeetingRules) -> bool:
    """May this role ask for a meeting? Those the policy names (S1-5-03, S2-4-01), and the managers who have the last
    word on whether one goes ahead (S1-5-06, S1-5-07): it would be odd if they had to ask somebody to ask them."""
    return role in policy.who_may_request or role in policy.goes_ahead_by


def roles_by_part(policy: MeetingRules) -> list[tuple[str, str]]:
    """Every (part, role) that a meeting needs, in order (S1-A1-05, S1-A1-06, S1-A1-08; S2-4-02, S2-4-03)."""
    wanted = [(MUST_ATTEND, role) for role in policy.must_attend]
    wanted.append((ARRANGES, policy.arranged_by))
    return wanted + [(MAY_CHAIR, role) for role in policy.chair]
