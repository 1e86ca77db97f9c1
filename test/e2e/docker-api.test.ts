import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, realpathSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { whyNoContainers } from "../support/docker-tasks.ts";
import { Journey } from "../support/journey.ts";

/** The libraries that this Node is linked with; undefined where that cannot be told. */
function librariesOf(program: string): string[] | undefined {
  const { status, stdout } = spawnSync("ldd", [program], { encoding: "utf8" });
  if (status !== 0) return undefined;
  return [...stdout.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map(([, file = ""]) => file);
}

const libraries = librariesOf(process.execPath);
const skip = (await whyNoContainers()) || (libraries ? false : "the libraries of Node are not known");

/** The template's image on nothing but this computer's Node: no registry of base images is asked. */
async function makeImageOfNothing(dir: string): Promise<void> {
  const files = [...(libraries ?? []), process.execPath];
  for (const file of files) {
    const target = join(dir, "root", file === process.execPath ? "/bin/node" : file);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(realpathSync(file), target);
  }
  const text = await readFile(join(dir, "Dockerfile"), "utf8");
  const changed = text
    .replace(/^FROM .*$/m, "FROM scratch\nCOPY root/ /")
    .replace(/^CMD .*$/m, 'CMD ["/bin/node", "server.mjs"]');
  await writeFile(join(dir, "Dockerfile"), changed);
}

describe("the api template in containers", { skip }, () => {
  let journey: Journey;
  before(async () => {
    journey = await Journey.open("api-containers");
    await journey.json("sandbox", "start", "--speed", "20", "--runtime", "docker");
    await journey.json("init", "--template", "api", "--dir", journey.dir, "--yes");
    await makeImageOfNothing(journey.dir);
    await journey.json("push", "--sandbox", "--engine", "builtin");
  });
  after(() => journey.close());

  test("it lives, calls ECS about itself from inside, and goes", async () => {
    await journey.json("deploy", "--yes", "--sandbox");
    const { endpoints } = await journey.json<{ endpoints: { url: string }[] }>("endpoints", "--sandbox");
    const get = async (path: string): Promise<unknown> => (await fetch(new URL(path, endpoints[0]?.url))).json();
    assert.equal(((await get("/api/health")) as { status: string }).status, "healthy");
    assert.deepEqual(await get("/api/scalinginfo"), {
      service: "learner-svc-service",
      desired: 1,
      running: 1,
      pending: 0,
    });
    const destroyed = await journey.json<{ remaining: unknown[] }>("destroy", "--yes", "--sandbox");
    assert.deepEqual(destroyed.remaining, []);
  });
});
