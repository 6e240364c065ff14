"""Everything that can be permitted, each with one plain sentence."""

from enum import Enum


class Permission(Enum):
    """What somebody may do."""

    TODAY = "see my own Today page"
    CHILD_SEE = "open a child's page"
    CHRONOLOGY_SEE = "read a child's chronology"
    RECORDING_WRITE = "write about a child's day"
    RECORDING_SEE = "read a recording"
    RECORDING_AMEND = "add to or correct what I wrote"
    RECORDING_EXPORT = "take away everything I ever wrote"
    TRIAGE_SEE = "see the queue of recordings that wait for me"
    TRIAGE_DECIDE = "read a recording in triage and decide what happens"
    INBOX_SEE = "see what was passed to me as the child's social worker"
    INBOX_ACT = "read, file and follow up what was passed to me"
    QUARANTINE_DECIDE = "read words that came after their author's access ended, and decide what becomes of them"
    QUARANTINE_OWN = "see what of mine is with my manager, and what was decided"
    MEETING_ASK = "ask for a stability meeting from a recording"
    MEETING_SEE = "see a meeting that was asked for"
    CLOCKS_SEE = "see the clocks I owe, am owed, or my team has missed"
    OWN_ACCOUNT = "see my phones, sign-ins, passkeys and recovery codes"
    PHONE_KEEP = "keep a sealed vault on a phone and send what waited"
    PHONE_CUT_OFF = "cut off a lost phone of somebody I support or manage"
    RECOVERY_CONFIRM = "confirm that somebody who lost their passkey is who they say they are"
    ACCOUNTS_MANAGE = "invite people and see accounts, without any case content"
