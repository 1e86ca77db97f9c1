import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { Journey } from "../support/journey.ts";

const greeting = "good-morning-from-secrets-manager";
const server = `
import { createServer } from "node:http";
const { PORT, GREETING } = process.env;
createServer((request, response) => response.end(request.url === "/up" ? "up" : GREETING)).listen(Number(PORT));
`;
const dockerfile = `FROM public.ecr.aws/docker/library/node:24-alpine
COPY server.mjs /app/
ENV PORT=8080
EXPOSE $PORT
CMD ["node", "/app/server.mjs"]
`;

let journey: Journey;
before(async () => {
  journey = await Journey.open("service");
  await writeFile(join(journey.dir, "Dockerfile"), dockerfile);
  await writeFile(join(journey.dir, "server.mjs"), server);
});
after(() => journey.close());

/** Somebody keeps a secret in Secrets Manager; its ARN. */
async function createSecret(endpoint: string): Promise<string> {
  const credentials = { accessKeyId: "sandbox", secretAccessKey: "sandbox" };
  const client = new SecretsManagerClient({ region: "us-east-1", endpoint, credentials });
  const SecretString = JSON.stringify({ greeting });
  const { ARN = "" } = await client.send(new CreateSecretCommand({ Name: "shop/words", SecretString }));
  client.destroy();
  return ARN;
}

test("a Dockerfile of one's own, with a secret and a health check, lives and goes", async () => {
  const start = ["sandbox", "start", "--speed", "25", "--runtime", "process"];
  const { endpoint } = await journey.json<{ endpoint: string }>(...start);
  const flags = ["--app", "shop", "--health-path", "/up"];
  await journey.json("init", "--template", "service", "--dir", journey.dir, "--yes", ...flags);
  const file = join(journey.dir, "ecsctl.yaml");
  const arn = await createSecret(endpoint);
  const health = `healthCheck: { command: curl -f http://localhost:8080/up || exit 1, interval: 10s }`;
  const text = (await readFile(file, "utf8")).replace(
    "secrets: {}",
    `secrets: { GREETING: "${arn}:greeting::" }\n    ${health}`,
  );
  await writeFile(file, text);
  await journey.json("push", "--sandbox", "--engine", "builtin");

  const deployed = await journey.run(["deploy", "--yes", "--sandbox", "--json"]);
  assert.equal(deployed.code, 0, deployed.stdout + deployed.stderr);
  const { endpoints } = await journey.json<{ endpoints: { url: string }[] }>("endpoints", "--sandbox");
  assert.equal(await (await fetch(endpoints[0]?.url ?? "")).text(), greeting, "through the load balancer");
  const status = await journey.run(["status", "--sandbox"]);
  assert.match(status.stdout, /RUNNING +HEALTHY/);
  assert.ok(!(deployed.stdout + deployed.stderr + status.stdout + text).includes(greeting));

  const destroyed = await journey.json<{ remaining: unknown[] }>("destroy", "--yes", "--sandbox");
  assert.deepEqual(destroyed.remaining, []);
});
