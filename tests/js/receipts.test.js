import assert from "node:assert/strict";
import { test } from "node:test";
import { judge, judgeAll } from "../../static/js/offline/receipts.js";

const item = { id: "id-1", hash: "hash-1" };
const other = { id: "id-2", hash: "hash-2" };
const receipt = (over = {}) => ({ id: "id-1", hash: "hash-1", status: 200, outcome: "received", errors: {}, ...over });
const answer = (status, body) => ({ status, text: typeof body === "string" ? body : JSON.stringify(body) });

test("a receipt that names the item and its content is the only thing that counts", () => {
  assert.equal(judge(answer(200, receipt()), item).verdict, "received");
});

const fears = {
  "a login page with 200 is not a receipt": answer(200, "<!doctype html><title>Sign in</title>"),
  "a captive portal is not a receipt": answer(200, "<html><body>Welcome to Train WiFi</body></html>"),
  "an empty 204 is not a receipt": answer(204, ""),
  "an empty 200 is not a receipt": answer(200, ""),
  "half a receipt is not a receipt": answer(200, JSON.stringify(receipt()).slice(0, -9)),
  "a receipt for another item is not a receipt": answer(200, receipt({ id: "id-2" })),
  "a receipt for other content is not a receipt": answer(200, receipt({ hash: "hash-2" })),
  "a receipt without a hash is not a receipt": answer(200, receipt({ hash: undefined })),
  "a receipt with an outcome nobody knows is not a receipt": answer(200, receipt({ outcome: "ok" })),
  "a redirect is not a receipt": answer(0, ""),
  "a received with an error status is not a receipt": answer(500, receipt()),
  "JSON that is not an object is not a receipt": answer(200, "null"),
  "a list is not a receipt": answer(200, [receipt()]),
  "a 401 that is not Lantern's own is not a sign-out": answer(401, "<html>Proxy authentication</html>"),
  "a 401 with a reason nobody knows is not a sign-out": answer(401, { held: "toString" }),
};
for (const [fear, facts] of Object.entries(fears)) {
  test(fear, () => {
    assert.deepEqual(judge(facts, item).verdict, "later");
    for (const one of judgeAll(facts, [item, other])) assert.equal(one.verdict, "later");
  });
}

test("every way of cutting a true receipt short means later", () => {
  const whole = JSON.stringify(receipt());
  for (let at = 0; at < whole.length; at += 1) {
    assert.equal(judge(answer(200, whole.slice(0, at)), item).verdict, "later");
  }
});

test("a refusal must name the item as well", () => {
  assert.equal(judge(answer(422, receipt({ outcome: "refused" })), item).verdict, "refused");
  assert.equal(judge(answer(409, receipt({ outcome: "conflict" })), item).verdict, "refused");
  assert.equal(judge(answer(422, receipt({ outcome: "refused", hash: "x" })), item).verdict, "later");
  assert.equal(judge(answer(422, "<h1>Unprocessable</h1>"), item).verdict, "later");
  // Lantern could not read it far enough to hash it: kept and shown, but never let go.
  assert.equal(judge(answer(400, receipt({ outcome: "refused", hash: null })), item).verdict, "refused");
  assert.equal(judge(answer(200, receipt({ hash: null })), item).verdict, "later");
});

test("signed out, somebody else signed in, cut off: held, and why", () => {
  for (const why of ["signed-out", "other-person", "cut-off"]) {
    assert.deepEqual(judge(answer(401, { held: why }), item), { verdict: "held", why });
    assert.deepEqual(judgeAll(answer(401, { held: why }), [item]), [{ verdict: "held", why }]);
  }
});

test("receipts are found by name, whatever their order, and strangers among them are ignored", () => {
  const receipts = [
    receipt({ id: "id-9" }),
    receipt({ id: "id-2", hash: "hash-2", outcome: "refused" }),
    null,
    receipt(),
  ];
  const verdicts = judgeAll(answer(200, { receipts }), [item, other]).map((one) => one.verdict);
  assert.deepEqual(verdicts, ["received", "refused"]);
});

test("an item that its batch does not mention is kept", () => {
  assert.equal(judgeAll(answer(200, { receipts: [receipt()] }), [item, other])[1].verdict, "later");
});

test("a batch answered with anything but 200 lets nothing go", () => {
  for (const status of [201, 204, 302, 500, 503]) {
    assert.equal(judgeAll(answer(status, { receipts: [receipt()] }), [item])[0].verdict, "later");
  }
});

test("R14: a refusal that Lantern keeps is named and hashed, or it is a refusal like any other", () => {
  const kept = { outcome: "refused", status: 404, kept: true, with: "Della" };
  assert.equal(judge(answer(404, receipt(kept)), item).verdict, "kept");
  assert.equal(judge(answer(404, receipt({ ...kept, hash: null })), item).verdict, "refused");
  assert.equal(judge(answer(404, receipt({ ...kept, hash: "hash-2" })), item).verdict, "later");
  assert.equal(judge(answer(404, receipt({ ...kept, kept: "yes" })), item).verdict, "refused");
  assert.equal(judge(answer(409, receipt({ ...kept, outcome: "conflict" })), item).verdict, "refused");
});
