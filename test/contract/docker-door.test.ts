import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { after, before, describe, test } from "node:test";
import type { RunningContainer } from "../../src/sandbox/runtime/runtime.ts";
import { type DockerTasks, startDockerTasks, whyNoContainers } from "../support/docker-tasks.ts";
import { containerSpec, freePort } from "../support/process-tasks.ts";

const skip = await whyNoContainers();
const busybox = "/bin/busybox";

/** Whether somebody answers there before the socket is closed. */
function hears(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: address, timeout: 2000 });
    socket.on("connect", () => socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n"));
    socket.on("data", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("timeout", () => socket.destroy());
    socket.on("error", () => {});
    socket.on("close", () => resolve(false));
  });
}

describe("from a container", { skip }, () => {
  let tasks: DockerTasks;
  let container: RunningContainer;
  before(async () => {
    tasks = await startDockerTasks();
    const environment = { AWS_ENDPOINT_URL: tasks.sandbox.url };
    const taskId = randomBytes(16).toString("hex");
    container = await tasks.runtime.start(containerSpec(tasks.image, await freePort(), { taskId, environment }));
  });
  after(() => tasks.close());

  /** What a line of the container's shell prints. */
  const sh = (line: string) => container.run([busybox, "sh", "-c", line.replaceAll("wget", `${busybox} wget`)], 20);
  const scope = "Credential=sandbox/20261122/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=0";
  const signed = `--header 'Authorization: AWS4-HMAC-SHA256 ${scope}'`;
  const call = `${signed} --post-data 'Action=GetCallerIdentity&Version=2011-06-15' $AWS_ENDPOINT_URL/`;

  test("AWS is where its environment says", async () => {
    const { exitCode, output } = await sh(`wget -q -O - ${call}`);
    assert.equal(exitCode, 0, output);
    assert.match(output, /<Account>123456789012<\/Account>/);
  });

  test("that is the API alone: neither the registry nor the sandbox's controls, and no page of a browser", async () => {
    for (const path of ["/v2/", "/_sandbox/status", "/_sandbox/reset"])
      assert.match((await sh(`wget -O - $AWS_ENDPOINT_URL${path} 2>&1`)).output, /404/, path);
    for (const header of ["Origin: http://attacker.example", "Host: attacker.example", "Sec-Fetch-Site: none"])
      assert.match((await sh(`wget -O - --header '${header}' ${call} 2>&1`)).output, /403/, header);
  });

  test("only members of the tasks' own network are heard", async () => {
    const port = Number((await sh("echo ${AWS_ENDPOINT_URL##*:}")).output);
    const gateway = (await sh("echo $AWS_ENDPOINT_URL")).output.split("/")[2]?.split(":")[0] ?? "";
    assert.ok(port > 0 && /^\d+\.\d+\.\d+\.\d+$/.test(gateway), gateway);
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ family, address }) => family === "IPv4" && address !== gateway);
    for (const { address } of others) assert.equal(await hears(address, port), false, address);
  });

  test("commands run in the container, with its code and output", async () => {
    assert.deepEqual(await container.run([busybox, "sh", "-c", "echo out; exit 3"], 20), {
      exitCode: 3,
      output: "out",
    });
    assert.notEqual((await container.run(["/no/such/program"], 20)).exitCode, 0);
    await assert.rejects(container.run([busybox, "sleep", "30"], 0.3));
  });

  test("its network goes with the sandbox", async () => {
    const named = async () => {
      const found = await tasks.engine.call<{ Name: string }[]>({ method: "GET", path: "/networks" });
      return found.filter(({ Name }) => Name.startsWith("ecsctl-")).length;
    };
    const before_ = await named();
    await tasks.sandbox.close();
    assert.equal(await named(), before_ - 1);
  });
});
