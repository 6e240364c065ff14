"""Whose phones somebody sees is whose phones they may cut off: the list and the table agree over the whole cast."""

from carerapp.access.actor import Facts
from carerapp.access.gate import permitted
from carerapp.access.permissions import Permission
from carerapp.auth import queries
from carerapp.auth.models import Recovery, RecoveryCode
from carerapp.demo.cast import CAST
from carerapp.people.models import Person
from carerapp.shell import clock
from carerapp.shell.db import fence


def test_list_and_table_agree_about_phones(as_person, db, cast):
    everybody = [db.session.get(Person, cast[part.slug]) for part in CAST]
    for part in CAST:
        actor = as_person(part.slug)
        seen = {person.id for person in db.session.scalars(queries.visible(actor))}
        may = set()
        for person in everybody:
            fence(person.authority_id)
            facts = queries.facts_of(person)
            fence(actor.authority_id)
            if permitted(actor, Permission.PHONE_CUT_OFF, facts):
                may.add(person.id)
        assert seen == may, part.slug


def test_list_and_table_agree_about_recoveries(as_person, db, cast):
    waiting = {}
    for part in CAST:
        code = RecoveryCode(
            authority_id=part.authority, person_id=cast[part.slug], code_digest=part.slug, made_at=clock.now()
        )
        db.session.add(code)
        db.session.flush()
        asked = Recovery(authority_id=part.authority, person_id=cast[part.slug], code_id=code.id, asked_at=clock.now())
        db.session.add(asked)
        db.session.flush()
        waiting[part.slug] = asked.id
    for part in CAST:
        actor = as_person(part.slug)
        seen = {person.id for _, person in queries.waiting_recoveries(actor)}
        may = set()
        for other in CAST:
            fence(other.authority)
            facts = queries.facts_of(db.session.get(Person, cast[other.slug]))
            fence(actor.authority_id)
            if permitted(actor, Permission.RECOVERY_CONFIRM, facts):
                may.add(cast[other.slug])
        assert seen == may, part.slug


def test_own_account_is_ones_own(as_person):
    amina = as_person("amina")
    assert permitted(amina, Permission.OWN_ACCOUNT, Facts(amina.authority_id, person_id=amina.person_id))
    assert not permitted(amina, Permission.OWN_ACCOUNT, Facts(amina.authority_id, person_id=as_person("ben").person_id))
    assert not permitted(amina, Permission.OWN_ACCOUNT, Facts(amina.authority_id))
