import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { setScalars } from "../config/edit.ts";
import { usageError } from "../errors.ts";
import { readExposed } from "../image/exposed-port.ts";
import type { InitAnswers } from "./init.ts";

/** What the template calls everything. */
const placeholder = "my-service";

/**
 * What to propose for the folder of a Dockerfile: the folder's name, and the port that it exposes (none when it does
 * not say). Usage error without a Dockerfile.
 */
export async function proposeService(dir: string): Promise<InitAnswers> {
  const file = join(dir, "Dockerfile");
  if (!existsSync(file))
    throw usageError({
      code: "NoDockerfile",
      message: `${dir} has no Dockerfile, and the template service is for one of your own.`,
      hint: "Name its folder with --dir, or take a template that brings one: --template flash-sale, --template api",
    });
  return {
    app: nameAfter(dir),
    region: "us-east-1",
    port: readExposed(await readFile(file, "utf8")),
    launch: "fargate",
    balancer: true,
    health: "/",
    cpu: 256,
    memory: 512,
    instanceType: "t3.small",
    min: 1,
    max: 3,
  };
}

/** A folder's name as the name of an app: what is no letter, digit or dash is a dash. */
function nameAfter(dir: string): string {
  const text = basename(dir)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, 24)
    .replace(/-+$/, "");
  return text === "" ? placeholder : text;
}

/** The template's text for those answers: the parts that are meant, with everything named after the app. */
export function fillInService(text: string, answers: InitAnswers): string {
  const { app, region, port = 80, launch, balancer, health = "/", cpu = 256, memory = 512 } = answers;
  const parts = new Set([launch ?? "fargate", balancer ? "balancer" : "direct"]);
  const named = choose(text, parts)
    .replaceAll(placeholder, () => app)
    .replaceAll("localhost:80/", `localhost:${port}/`)
    .replaceAll('PORT: "80"', `PORT: "${port}"`);
  return setScalars(named, [
    ["app", app],
    ["region", region],
    ["task.cpu", cpu],
    ["task.memory", memory],
    ["task.container.port", port],
    ["loadBalancer.healthCheck.path", health],
    ["cluster.capacity.instanceType", answers.instanceType ?? ""],
    ["cluster.capacity.min", answers.min],
    ["cluster.capacity.max", answers.max],
  ]);
}

/** Lines below `#[ec2 balancer]` are meant when all of its words are; `#[/]` ends that. */
function choose(text: string, parts: ReadonlySet<string>): string {
  let meant = true;
  const lines = text.split("\n").filter((line) => {
    const mark = /^#\[(.*)\]$/.exec(line)?.[1];
    if (mark === undefined) return meant;
    meant = mark === "/" || mark.split(" ").every((part) => parts.has(part));
    return false;
  });
  return lines.join("\n");
}
