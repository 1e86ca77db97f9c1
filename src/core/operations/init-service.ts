import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { setScalars } from "../config/edit.ts";
import { usageError } from "../errors.ts";
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

/** The port that the last stage with an EXPOSE names first; variables have the value that the file gives them. */
export function readExposed(dockerfile: string): number | undefined {
  const values = new Map<string, string>();
  let exposed: string | undefined;
  for (const line of dockerfile.replaceAll(/\\\r?\n/g, " ").split(/\r?\n/)) {
    const [, keyword = "", rest = ""] = /^\s*([A-Za-z]+)\s+(.*)$/.exec(line) ?? [];
    if (/^(ENV|ARG)$/i.test(keyword)) noteValues(values, rest);
    if (/^EXPOSE$/i.test(keyword)) exposed = expand(values, rest.trim());
  }
  const port = Number(/^\d+/.exec(exposed ?? "")?.[0] ?? 0);
  return port >= 1 && port <= 65_535 ? port : undefined;
}

/** `PORT=80 OTHER=x`, or the old form `PORT 80`. */
function noteValues(values: Map<string, string>, text: string): void {
  const pairs = [...text.matchAll(/(\w+)=("[^"]*"|'[^']*'|\S*)/g)];
  const old = /^(\w+)\s+(.*)$/.exec(text);
  for (const [, name = "", value = ""] of pairs)
    values.set(name, expand(values, value.replace(/^(["'])(.*)\1$/, "$2")));
  if (pairs.length === 0 && old) values.set(old[1] ?? "", expand(values, old[2] ?? ""));
}

const expand = (values: ReadonlyMap<string, string>, text: string): string =>
  text.replaceAll(/\$(?:(\w+)|\{(\w+)(?::-([^}]*))?\})/g, (_all, bare, braced, otherwise) =>
    String(values.get(String(bare ?? braced)) ?? otherwise ?? ""),
  );

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
