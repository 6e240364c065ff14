/** What few evenings need. `make dist` joins it into a file of its own, which the worker keeps with the rest. */

export { copyWays, saveCopy } from "./copies.js";
export { offerInstall } from "./install.js";
export { needsYou } from "./needs_you.js";
export { chooseSecrets, newPin, paperKey } from "./setup.js";
export { drawThisPhone } from "./this_phone.js";
export { withManager } from "./with_manager.js";
