/** What few evenings need lies in a file of its own (see `make dist`). Fetched when wanted, and kept by the worker from then on. */
export const later = () => import("../later/parts.js");
