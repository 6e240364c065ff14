"""The safeguards of phone and protocol, each with the text of the product that is it.

A test takes each away in a copy of this checkout and sees the simulator notice. Whoever changes such a text changes it
here as well; whoever takes a safeguard away for good must say what stands in its place.
"""

from dataclasses import dataclass

PHONE, SYNC = "static/js/offline/", "carerapp/sync/"
RESTORED = ("somebody signs in", "save a day", "the database is put back", "save a day")


@dataclass(frozen=True)
class Safeguard:
    """What it is, what would happen without it, and the changes (file, text, other text) that take it away."""

    name: str
    against: str
    changes: tuple[tuple[str, str, str], ...]
    near: int = 0
    """The history with which to begin: one that noticed when this was written. Others would, too, but later."""
    steps: tuple[str, ...] = ()
    """What must come together, when that is too seldom to wait for it: these steps are played, from many seeds."""
    fault: str = "lost on the way"
    """What goes wrong on the line in those steps."""


SAFEGUARDS = (
    # --- the phone ---------------------------------------------------------------------------------------------------
    Safeguard(
        "only a receipt lets go",
        "words lost behind a sign-in page with 200",
        (
            (
                PHONE + "receipts.js",
                "  const judgement = judgeReceipt(parsed(answer.text), item);\n",
                '  const judgement = answer.status === 200 ? { verdict: "received", receipt: {} } : LATER;\n',
            ),
        ),
        near=2,
    ),
    Safeguard(
        "a receipt names the item and its content",
        "words lost for somebody else's receipt",
        (
            (
                PHONE + "receipts.js",
                "  if (receipt?.id !== item.id) return LATER;\n",
                "  if (!receipt) return LATER;\n",
            ),
            (PHONE + "receipts.js", "  if (receipt.hash !== item.hash) return LATER;\n", ""),
        ),
        near=379,
    ),
    Safeguard(
        "a refusal counts for what it names only",
        "good words shown as refused, because others were cut short on the way",
        ((PHONE + "receipts.js", "  if (receipt.hash !== item.hash) return LATER;\n", ""),),
        near=591,
    ),
    Safeguard(
        "what does not carry Lantern's mark was not said by Lantern",
        "a phone wipes itself because something else answers in Lantern's place",
        ((PHONE + "connection.js", "  if (headers.get(MARK)) return true;\n", "  return true;\n"),),
        near=196,
    ),
    Safeguard(
        "the id is unique in the outbox",
        "two windows of one draft save under one id",
        ((PHONE + "store.js", '"id", "id", { unique: true }', '"id", "id", { unique: false }'),),
        near=37,
    ),
    Safeguard(
        "what waits lies on the phone twice",
        "everything lost with a database that the browser takes for spoilt",
        ((PHONE + "store.js", "        await twice.keep(ops, keys);\n", ""),),
        steps=("the line goes", "save a day", "a browser gives up its database"),
    ),
    Safeguard(
        "other words under one id are an item of their own",
        "of two windows with one draft, one loses its words",
        ((PHONE + "box.js", "if (known?.hash !== item.hash) {", "if (!known) {"),),
        near=37,
    ),
    Safeguard(
        "a save is flushed before it says so",
        "words lost when the battery is out a moment after Saved",
        (
            (PHONE + "store.js", '{ durability: "strict" }', '{ durability: "relaxed" }'),
            (PHONE + "store.js", 'tx.durability !== "strict"', "false"),
        ),
        near=2,
    ),
    Safeguard(
        "a full phone gives up copies only",
        "words that wait are cleared to make room",
        ((PHONE + "store.js", "    await dropCopies();\n", '    await once([["clear", "outbox"]]);\n'),),
        near=5,
    ),
    Safeguard(
        "one lane at a time",
        "two windows send the same items at once",
        (
            (
                PHONE + "courier.js",
                'running ||= lock("drain", async () => {',
                "running ||= (async (work) => work())(async () => {",
            ),
        ),
        steps=("the line goes", "save a day", "a second window", "the line goes", "time passes"),
    ),
    Safeguard(
        "a call that is not answered is given up",
        "one silent call holds everything for ever",
        ((PHONE + "courier.js", "() => bell.abort());\n    const stop", "() => {});\n    const stop"),),
        near=19,
    ),
    Safeguard(
        "it tries again by itself",
        "words wait until somebody touches the phone",
        ((PHONE + "courier.js", "    unplan = clock.after(wait(), drain);\n", ""),),
        near=1,
    ),
    Safeguard(
        "an item says whose it is",
        "one person's words go out under the name of who signed in meanwhile",
        ((PHONE + "courier.js", '          "X-Vault-User": person,\n', ""),),
        near=11,
    ),
    Safeguard(
        "what lies on the disk is sealed",
        "a thief reads the outbox",
        (
            (
                PHONE + "vault.js",
                "      return { iv, ct };\n    },\n    async open",
                "      return { iv, ct, value };\n    },\n    async open",
            ),
        ),
        near=1,
    ),
    Safeguard(
        "each vault has a key of its own",
        "whoever shares the phone reads what is another's",
        (
            (PHONE + "vault.js", 'derive(master, none, "enc", AES', 'derive(new Uint8Array(32), none, "enc", AES'),
            (PHONE + "vault.js", "additionalData: utf8.encode(`${slot.id}/${store}/${key}`)", "additionalData: none"),
        ),
    ),
    Safeguard(
        "a receipt heard while locked is judged by the open vault",
        "a torn answer to the worker lets words go",
        (
            (
                PHONE + "courier.js",
                "    if (await settleHeard(items)) return load(after);\n",
                "    await settleHeard(items);\n",
            ),
            (
                PHONE + "courier.js",
                "judgeReceipt(item.heard, { id: item.id, hash: hashes[at] })",
                '({ verdict: item.heard ? "received" : "later", receipt: {} })',
            ),
            (
                PHONE + "copies.js",
                "    const decidedNow = batch.filter(({ id }) => decided(answer.named.get(id)));",
                "    const decidedNow = batch;",
            ),
            (
                PHONE + "copies.js",
                "const heard = ({ id, hash, outcome, at }) => ({ id, hash, outcome, at });",
                "const heard = () => ({});",
            ),
        ),
        near=323,
    ),
    Safeguard(
        "copies are kept after a receipt",
        "a server that was put back never gets them again",
        ((PHONE + "box.js", "    fields,\n    copy,\n    state,", "    fields,\n    state,"),),
        near=13,
    ),
    Safeguard(
        "the age of a copy is told by Lantern's times",
        "a clock that jumps ahead deletes copies that may still be needed",
        ((PHONE + "box.js", "Date.parse(latest) - Date.parse(note.at)", "now() - Date.parse(note.got)"),),
        near=174,
    ),
    Safeguard(
        "what is offered again is taken beside other words with its id",
        "of two texts of one draft, one stays for ever on a phone that can't read it",
        (
            (
                SYNC + "service.py",
                '        if g.get("offered_again"):\n            return _beside',
                "        if False:\n            return _beside",
            ),
        ),
        steps=("type without saving", "a phone is copied", *RESTORED),
    ),
    Safeguard(
        "what is offered again has its old id",
        "what was added to a day is refused, for the day has another id since the server was put back",
        (
            (
                "carerapp/recordings/service.py",
                "id=id_of(written.at, actor.person_id, written.item) if written.item else new_id(),",
                "id=new_id(),",
            ),
        ),
        steps=("save a day", "time passes", "add to a day", "time passes", "the database is put back"),
    ),
    Safeguard(
        "a phone asks for what is lost",
        "nobody notices that the server was put back",
        ((SYNC + "routes.py", '        response.headers["X-Offer-Again"] = "1"\n', "        pass\n"),),
        near=13,
    ),
    Safeguard(
        "a record that does not open stands in nobody's way",
        "behind one damaged record everything waits for ever",
        ((PHONE + "box.js", "open(record).catch(() => damaged(record))", "open(record)"),),
        near=20,
    ),
    Safeguard(
        "what was refused keeps its words",
        "its author sees that something was not taken, and not what it said",
        (
            (
                PHONE + "box.js",
                "return { ...item, state, errors, outcome,",
                "return { ...item, words: [], state, errors, outcome,",
            ),
        ),
    ),
    # --- the server --------------------------------------------------------------------------------------------------
    Safeguard(
        "a known item gets the receipt that it had",
        "the same item is stored twice, or never acknowledged",
        ((SYNC + "service.py", "    if before is not None:\n", "    if False:\n"),),
        near=1,
    ),
    Safeguard(
        "other content under a known id is a conflict",
        "a copied phone's words are taken for those that are there",
        ((SYNC + "service.py", "        if before.hash == item.hash:\n", "        if True:\n"),),
        near=33,
    ),
    Safeguard(
        "the receipt is stored in the item's own transaction",
        "a server that dies between the two stores an item twice",
        (
            (
                SYNC + "service.py",
                "    known[item.id] = rows.keep(Receipt,",
                "    db.session.commit()\n    known[item.id] = rows.keep(Receipt,",
            ),
            (
                "carerapp/recordings/service.py",
                "id=id_of(written.at, actor.person_id, written.item) if written.item else new_id(),",
                "id=new_id(),",
            ),
        ),
    ),
    Safeguard(
        "what did not arrive whole is not taken",
        "half a day is stored as if it were the whole",
        (
            (SYNC + "service.py", "    if item.claimed_hash and item.claimed_hash != item.hash:\n", "    if False:\n"),
            (SYNC + "routes.py", "    if claimed is not None and claimed != batch_hash(hashes):\n", "    if False:\n"),
        ),
        near=16,
    ),
    Safeguard(
        "committed before the answer leaves",
        "an acknowledged item is not there",
        (("carerapp/shell/commit.py", "        db.session.commit()\n", "        db.session.rollback()\n"),),
    ),
    Safeguard(
        "one item's failure is undone",
        "half of an item stays when a bug strikes in the middle of it",
        (
            (
                SYNC + "service.py",
                "    memo.forget(db.session())\n    with rows.savepoint():\n        yield\n",
                "    memo.forget(db.session())\n    yield\n",
            ),
        ),
        steps=(
            "save a day",
            "something goes wrong on the line",
            "save a day",
            "time passes",
            "save a day",
            "time passes",
        ),
        fault="a bug of the server",
    ),
    Safeguard(
        "no trace, no change",
        "a recording is stored and nobody can say who did it",
        (
            (
                "carerapp/recordings/service.py",
                "    audit.wrote(actor, tag, recording.id, recording.child_id)\n    return recording\n",
                "    return recording\n",
            ),
        ),
    ),
    Safeguard(
        "trace and change in one transaction",
        "a server that dies between the two leaves a recording without its trace",
        (
            (
                "carerapp/recordings/service.py",
                "    audit.wrote(actor, tag, recording.id, recording.child_id)\n    return recording\n",
                "    db.session.commit()\n"
                "    audit.wrote(actor, tag, recording.id, recording.child_id)\n    return recording\n",
            ),
        ),
    ),
    Safeguard(
        "the verb itself asks for permission",
        "somebody writes about a child who does not live with them",
        (
            (
                "carerapp/recordings/service.py",
                "        permit(actor, Permission.RECORDING_WRITE, Facts(actor.authority_id, child_id, actor.home))\n",
                "        pass\n",
            ),
        ),
        near=9,
    ),
    Safeguard(
        "the server compares who wrote and who is signed in",
        "one person's words are stored as another's",
        (
            ("carerapp/auth/session.py", '        raise SignedOut("other-person")\n', "        pass\n"),
            (SYNC + "routes.py", '        raise SignedOut("other-person")\n', "        pass\n"),
        ),
        near=11,
    ),
    Safeguard(
        "words from before a move stay with that home",
        "the next home reads what the last one wrote",
        (
            (
                "carerapp/access/table.py",
                "[CARER, p.lives_with_me, p.written_in_my_home],\n        [SSW",
                "[CARER],\n        [SSW",
            ),
        ),
        near=41,
    ),
    Safeguard(
        "a cut-off reaches one vault",
        "somebody else's words are wiped with those of a lost phone's owner",
        (("carerapp/auth/session.py", "    return asks == g.cut_off_person\n", "    return True\n"),),
        near=203,
    ),
    Safeguard(
        "a phone that was cut off is told so, whoever signs in on it",
        "a lost phone goes on holding what it holds",
        (
            (
                "carerapp/auth/session.py",
                "    if phone is not None and phone.cut_off_at is not None:\n",
                "    if False:\n",
            ),
        ),
        near=67,
    ),
    Safeguard(
        "a copy is taken from its writer only",
        "a locked phone's words are stored as those of whoever is signed in",
        (
            (
                PHONE + "copies.js",
                "const maySend = (who, person) => (who?.person || who?.paused) === person;",
                "const maySend = () => true;",
            ),
            ("carerapp/auth/session.py", '        raise SignedOut("other-person")\n', "        pass\n"),
            (SYNC + "routes.py", '        raise SignedOut("other-person")\n', "        pass\n"),
            (SYNC + "sealed.py", '    if content.get("person") != person_id:\n', "    if False:\n"),
        ),
    ),
    Safeguard(
        "what access no longer allows goes to a manager",
        "words written before a move are let go of and nobody has them",
        (
            (
                SYNC + "service.py",
                "    kept = quarantine.keep_if_ended(actor, item, skew) if status == 404 else None\n",
                '    kept = quarantine.Taken({"": ["-"]}, "Della") if status == 404 else None\n',
            ),
        ),
        near=200,
    ),
)
