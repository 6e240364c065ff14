// What PouchDB sends to: express-pouchdb on LevelDB, as it comes. It checks no rights and does not flush each write.
// node server.mjs PORT FOLDER
import fs from "node:fs";
import express from "express";
import expressPouch from "express-pouchdb";
import PouchDB from "pouchdb-node";

const [port, folder] = process.argv.slice(2);
fs.mkdirSync(folder, { recursive: true });
const app = express();
const quiet = { mode: "minimumForPouchDB", inMemoryConfig: true, logPath: `${folder}/log.txt` };
app.use("/db", expressPouch(PouchDB.defaults({ prefix: `${folder}/` }), quiet));
app.get("/page.js", (_, answer) => answer.sendFile("page.bundle.js", { root: import.meta.dirname }));
app.get("/", (_, answer) =>
  answer.type("html").send('<!doctype html><title>PouchDB</title><script type="module" src="page.js"></script>'),
);
app.listen(Number(port), "127.0.0.1");
