import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { type Beside, runBeside } from "../../../../src/sandbox/runtime/process-command.ts";

let server: Server;
let beside: Beside;
before(async () => {
  server = createServer((request, response) => {
    response.statusCode = request.url === "/health" ? 200 : 404;
    if (request.url !== "/slow") response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const root = await mkdtemp(path.join(tmpdir(), "ecsctl-beside-"));
  await writeFile(path.join(root, "check.mjs"), "process.exitCode = process.env.CODE;");
  const ports = [{ containerPort: 80, hostPort: (server.address() as AddressInfo).port }];
  beside = {
    root,
    folder: root,
    environment: { CODE: "5", PATH: process.env["PATH"] ?? "" },
    address: "127.0.0.1",
    ports,
  };
});
after(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(beside.root, { recursive: true });
});

const shell = (line: string): string[] => ["/bin/sh", "-c", line];

describe("a command beside a task that is a process", () => {
  for (const [what, argv, code] of [
    ["curl asks the task's own port", shell("curl -f http://localhost/health || exit 1"), 0],
    ["what it refuses is the code behind ||", shell("curl -sf http://127.0.0.1:80/nothing > /dev/null || exit 3"), 3],
    ["without || it is curl's own", ["curl", "--fail", "http://localhost/nothing"], 22],
    ["without --fail any answer will do", ["curl", "http://localhost/nothing"], 0],
    ["wget minds the status by itself", shell("wget -q -O - http://localhost:80/nothing"), 8],
    ["nobody listens", ["curl", "http://localhost:81/"], 7],
    ["a program of Node in the image, with the container's variables", ["node", "/check.mjs"], 5],
    ["a line for a shell", shell("exit 4"), 4],
    ["a program that is not there", ["no-such-program"], 127],
  ] as const)
    test(what, async () => assert.equal((await runBeside(beside, argv, 10)).exitCode, code));

  test("the longest that it may take", async () => {
    assert.equal((await runBeside(beside, ["curl", "http://localhost/slow"], 0.2)).exitCode, 28);
    await assert.rejects(runBeside(beside, shell("sleep 20"), 0.2), /timed out/);
  });
});
