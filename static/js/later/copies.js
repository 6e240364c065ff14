/** Copies for the person to keep elsewhere. They leave the vault, and whoever takes one is told so. */

import { announce, button, h, to } from "../dom.js";
import { dayAndTime } from "../offline/words.js";

const QUIET = "govuk-button--secondary";
const LINE = "\n\n* * *\n\n";

function asText(item) {
  const written = item.made_at && `Written ${dayAndTime(item.made_at)}`;
  const words = (item.words || []).map(([label, text]) => `${label}\n${text}`);
  const sealed = item.again && "Lantern lost it. What it says is in the sealed copy only.";
  return [item.title, written, sealed, ...words].filter(Boolean).join("\n\n");
}

function give(name, type, text, said) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  announce(said);
}

/** The words as people read them, and below a line the same as a computer does. @param {object[]} items */
export function saveCopy(items) {
  const whole = items.filter((item) => !item.again);
  const machine = whole.map(({ id, path, fields, made_at, zone }) =>
    JSON.stringify({ id, path, fields, made_at, zone }),
  );
  const text = `${items.map(asText).join(LINE)}\n\n---\n${machine.join("\n")}\n`;
  give("lantern-copy.txt", "text/plain", text, "The copy is with your downloads. Anyone who has it can read it.");
}

const LEFT_OUT =
  "Some of it has no sealed copy, because it was written before this phone knew how to make one. Save a copy to read as well.";
const MOST = 8_000_000; // letters in one file; the server takes 8 MiB (carerapp/sync/saved_file.py)

/** The sealed copies in as few files as Lantern takes one of. @param {object[]} items @returns {string[]} */
export function filesOf(items, about, most = MOST) {
  const files = [];
  let room = 0;
  for (const { id, copy } of items.filter((item) => item.copy)) {
    const { length } = JSON.stringify({ id, copy });
    if (length + 1 > room) {
      files.push([]);
      room = most - JSON.stringify({ about, items: [] }).length;
    }
    files.at(-1).push({ id, copy });
    room -= length + 1;
  }
  return files.map((copies) => JSON.stringify({ about, items: copies }));
}

/**
 * The same, as it was sealed to Lantern when it was saved: whoever carries the file can't read it.
 * @param {object[]} items
 */
export function saveSealed(items) {
  const about = `What waited on a phone, sealed to Lantern. Hand it in at ${location.origin}/sync/copies`;
  const files = filesOf(items, about);
  const said =
    files.length > 1
      ? `The sealed copy is with your downloads, in ${files.length} files. Keep them all.`
      : "The sealed copy is with your downloads.";
  files.forEach((text, at) => {
    const which = files.length > 1 ? `-${at + 1}-of-${files.length}` : "";
    give(`lantern-sealed${which}.lantern`, "application/json", text, said);
  });
  if (items.some((item) => !item.copy)) alert(LEFT_OUT);
}

/** The two ways to take a copy of all that waits, and what each is good for. @param {(save: Function) => void} saveAll */
export const copyWays = (saveAll) => [
  h(
    "p",
    { class: "buttons" },
    button("Save a sealed copy", () => saveAll(saveSealed), QUIET),
    button("Save a copy to read", () => saveAll(saveCopy), QUIET),
  ),
  h(
    "p",
    { class: "govuk-hint" },
    "Only Lantern can read a sealed copy. ",
    to("/sync/copies", "Hand it in"),
    " on any phone or computer. The other one can be read by anyone who has it.",
  ),
];
