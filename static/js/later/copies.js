/** Copies for the person to keep elsewhere. They leave the vault, and whoever takes one is told so. */

import { announce, h } from "../dom.js";
import { dayAndTime } from "../offline/words.js";

const LINE = "\n\n* * *\n\n";

function asText(item) {
  const written = item.made_at && `Written ${dayAndTime(item.made_at)}`;
  const words = (item.words || []).map(([label, text]) => `${label}\n${text}`);
  return [item.title, written, ...words].filter(Boolean).join("\n\n");
}

/** The words as people read them, and below a line the same as a computer does. @param {object[]} items */
export function saveCopy(items) {
  const machine = items.map(({ id, path, fields, made_at, zone }) =>
    JSON.stringify({ id, path, fields, made_at, zone }),
  );
  const text = `${items.map(asText).join(LINE)}\n\n---\n${machine.join("\n")}\n`;
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  h("a", { href: url, download: "lantern-copy.txt" }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  announce("The copy is with your downloads.");
}
