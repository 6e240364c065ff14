/** Addresses that the app leaves to the browser: signing in and out, the demo's doors, downloads. The worker has the same list. */
const LEAVE = /^\/(demo|sign-in|sign-out|join|recover|healthz|files)(\/|$)|\.(pdf|json)$/;

/** @param {string} url */
export const leavesApp = (url) => LEAVE.test(new URL(url, location.href).pathname);
