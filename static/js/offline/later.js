/** What few evenings need lies in a file of its own (see `make dist`). The worker keeps it with the rest. */
export const later = () => import("../later/parts.js");
