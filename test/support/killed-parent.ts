/** Runs one task (`static`, or `busy`: a node program in an endless loop), prints its pid and port, and waits to be killed. */
import { readdir, readFile } from "node:fs/promises";
import { addImage } from "./images.ts";
import { containerSpec, freePort, startProcessTasks } from "./process-tasks.ts";

const busyServer = `require("node:http").createServer(() => { console.log("busy"); for (;;); }).listen(80, () => console.log("listening"));`;

/** The processes whose parent is this one. */
async function childPids(): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, "utf8").catch(() => "")));
  return pids
    .filter((_, index) => stats[index]?.slice(stats[index].lastIndexOf(")") + 2).split(" ")[1] === String(process.pid))
    .map(Number);
}

const kind = process.argv[2];
const { registry, runtime, world, dir } = await startProcessTasks();
await addImage(registry, world.region("us-east-1"), {
  repository: "shop",
  layers: [kind === "busy" ? [{ name: "server.js", content: busyServer }] : [{ name: "index.html", content: "hello" }]],
  config: kind === "busy" ? { Cmd: ["node", "server.js"] } : {},
});
const port = await freePort();
const lines: string[] = [];
const onLog = Promise.withResolvers<void>();
await runtime.start(
  containerSpec("127.0.0.1:1/shop", port, {
    onLog: (line) => {
      lines.push(line);
      if (line === "listening") fetch(`http://127.0.0.1:${port}/`).catch(() => {});
      if (line === "busy") onLog.resolve();
    },
  }),
);
if (kind === "busy") await onLog.promise;
const [pid] = await childPids();
process.stdout.write(`${JSON.stringify({ pid, port, dir })}\n`);
setInterval(() => {}, 1000);
