// PouchDB as it comes: each record put by itself, then one replication to a server of its own kind.
import PouchDB from "pouchdb-browser";

let local = null;

globalThis.keep = async (items) => {
  local = new PouchDB("kept");
  for (const { id, ...rest } of items) await local.put({ _id: id, ...rest });
};

globalThis.send = async (name) => {
  const there = new PouchDB(`${location.origin}/db/${name}`);
  const began = performance.now();
  const { ok, docs_written: kept } = await local.replicate.to(there);
  const whole = performance.now() - began;
  await local.destroy();
  return { kept: ok ? kept : 0, whole };
};
