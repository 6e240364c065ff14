"""The one table: a permission is granted when, in any of its rows, all of the questions are answered yes."""

from . import predicates as p
from .permissions import Permission as P
from .predicates import Predicate

CARER, SSW, CSW, IRO = p.role("carer"), p.role("ssw"), p.role("csw"), p.role("iro")
FOSTERING_MANAGER, CHILDCARE_MANAGER = p.role("fostering_manager"), p.role("childcare_manager")
MANAGER = p.role("fostering_manager", "childcare_manager")
YOUNG_PERSON, ADMIN = p.role("young_person"), p.role("admin")

TABLE: dict[P, list[list[Predicate]]] = {
    P.TODAY: [[p.anybody]],
    P.CHILD_SEE: [
        [CARER, p.lives_with_me],
        [SSW, p.child_in_my_households],
        [CSW, p.my_child],
        [IRO, p.child_i_review],
        [MANAGER, p.child_of_my_team],
    ],
    P.CHRONOLOGY_SEE: [
        [SSW, p.child_in_my_households],
        [CSW, p.my_child],
        [IRO, p.child_i_review],
        [MANAGER, p.child_of_my_team],
    ],
    P.RECORDING_WRITE: [[CARER, p.lives_with_me]],
    P.RECORDING_SEE: [
        [CARER, p.wrote_it],
        [CARER, p.lives_with_me, p.written_in_my_home],
        [SSW, p.in_my_households],
        [CSW, p.my_child],
        [IRO, p.child_i_review],
        [FOSTERING_MANAGER, p.household_of_my_team],
        [CHILDCARE_MANAGER, p.child_of_my_team],
    ],
    P.RECORDING_AMEND: [[CARER, p.wrote_it]],
    P.RECORDING_EXPORT: [[CARER, p.wrote_it]],
    P.TRIAGE_SEE: [[SSW], [MANAGER]],
    P.TRIAGE_DECIDE: [
        [SSW, p.addressed_to_me, p.in_my_households],
        [FOSTERING_MANAGER, p.addressed_to_my_team, p.household_of_my_team],
        [MANAGER, p.addressed_to_me],  # who stands in when no worker is allocated: no recording is without a reader
    ],
    # A manager of either team stands in when nobody is the child's social worker: what is passed on has an owner.
    P.INBOX_SEE: [[CSW], [MANAGER]],
    P.INBOX_ACT: [[CSW, p.my_child], [CHILDCARE_MANAGER, p.child_of_my_team], [MANAGER, p.addressed_to_me]],
    # Sealed from everybody else, the home's and the child's own workers as well: only who manages the author decides.
    P.QUARANTINE_DECIDE: [[MANAGER, p.addressed_to_me, p.did_not_write_it]],
    P.QUARANTINE_OWN: [[p.wrote_it]],
    P.MEETING_ASK: [[SSW, p.in_my_households], [FOSTERING_MANAGER, p.household_of_my_team]],
    P.MEETING_SEE: [
        [SSW, p.in_my_households],
        [CSW, p.my_child],
        [IRO, p.child_i_review],
        [FOSTERING_MANAGER, p.household_of_my_team],
        [CHILDCARE_MANAGER, p.child_of_my_team],
        [CARER, p.lives_with_me, p.written_in_my_home],
    ],
    P.CLOCKS_SEE: [[CARER], [SSW], [CSW], [MANAGER]],
    P.OWN_ACCOUNT: [[p.is_me]],
    P.PHONE_KEEP: [[p.anybody]],
    P.PHONE_CUT_OFF: [
        [SSW, p.in_my_households],
        [FOSTERING_MANAGER, p.household_of_my_team],
        [MANAGER, p.person_of_my_team],
        [p.is_me],
    ],
    P.RECOVERY_CONFIRM: [
        [SSW, p.in_my_households, p.somebody_else],
        [FOSTERING_MANAGER, p.household_of_my_team, p.somebody_else],
        [MANAGER, p.person_of_my_team, p.somebody_else],
        [ADMIN, p.somebody_else],
    ],
    P.ACCOUNTS_MANAGE: [[ADMIN]],
}
