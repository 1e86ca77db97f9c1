import assert from "node:assert/strict";
import { request } from "node:http";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { after, before, describe, it } from "node:test";
import { startSandbox, type TestSandbox } from "../support/sandbox.ts";

interface Answer {
  status: number | undefined;
  body: string;
}

/** A request with exactly these headers, which `fetch` would not send. */
function ask(url: string, headers: Record<string, string>, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (body += chunk));
      response.on("end", () => resolve({ status: response.statusCode, body }));
    });
    sent.on("error", reject);
    sent.end();
  });
}

describe("nobody but this computer's own clients reaches the sandbox", () => {
  let sandbox: TestSandbox;
  let port = "";
  before(async () => {
    sandbox = await startSandbox();
    port = new URL(sandbox.url).port;
  });
  after(() => sandbox.close());

  const doors = ["/", "/v2/", "/_sandbox/status", "/_sandbox/reset"];

  for (const door of doors) {
    it(`${door}: a foreign Host is refused`, async () => {
      for (const host of [
        "attacker.example",
        `attacker.example:${port}`,
        "127.0.0.1",
        "127.0.0.1:1",
        `127.0.0.1.attacker.example:${port}`,
        `localhost.attacker.example:${port}`,
        `[::2]:${port}`,
      ]) {
        const { status, body } = await ask(sandbox.url + door, { host });
        assert.equal(status, 403, `${host}: ${body}`);
      }
    });

    it(`${door}: any Origin is refused`, async () => {
      for (const origin of ["http://attacker.example", "null", sandbox.url, `http://localhost:${port}`])
        for (const method of ["GET", "POST", "OPTIONS"])
          assert.equal((await ask(sandbox.url + door, { origin }, method)).status, 403, origin);
    });

    it(`${door}: what only browsers send is refused`, async () => {
      for (const site of ["cross-site", "same-origin", "none"])
        assert.equal((await ask(sandbox.url + door, { "sec-fetch-site": site })).status, 403);
    });
  }

  it("its own names are let in", async () => {
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `LOCALHOST:${port}`, `127.1.2.3:${port}`])
      assert.equal((await ask(`${sandbox.url}/_sandbox/status`, { host })).status, 200, host);
  });

  it("it does not listen on the addresses of this computer's networks", async () => {
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === "IPv4");
    for (const { address } of outside) assert.equal(await connects(address, Number(port)), false, address);
    assert.equal(await connects("127.0.0.1", Number(port)), true);
  });

  it("a request without end is cut off", async () => {
    const sent = request(sandbox.url, { method: "POST" });
    const answered = new Promise<number | undefined>((resolve, reject) => {
      sent.on("response", (response) => resolve(response.statusCode));
      sent.on("error", reject);
    });
    const megabyte = Buffer.alloc(1024 * 1024);
    for (let sentSoFar = 0; sentSoFar < 33; sentSoFar++) sent.write(megabyte);
    assert.equal(await answered, 413);
    sent.destroy();
  });
});

function connects(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, address);
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
