/** What a test reached, for the table of `make bars`; outside of it nothing is written. The same as tests/bars/figures.py. */
import { appendFileSync } from "node:fs";

const goal = ({ most, least }) => {
  if (least !== undefined) return `at least ${least}`;
  if (most === undefined) return "";
  return most ? `at most ${most}` : "none";
};

/** @param {string} row @param {string} what @param {number} figure @param {{most?: number, least?: number}} [wanted] */
export function reached(row, what, figure, wanted = {}) {
  const met = figure <= (wanted.most ?? figure) && figure >= (wanted.least ?? figure);
  const line = { row, what, figure: String(figure), wanted: goal(wanted), met };
  if (process.env.BARS_REACHED) appendFileSync(process.env.BARS_REACHED, `${JSON.stringify(line)}\n`);
  return met;
}
