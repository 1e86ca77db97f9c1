/** How near a first deploy comes to its longest chain of dependent calls, with 80 ms added to every call; prints the ratio. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Context } from "../../src/core/context.ts";
import { planDeploy } from "../../src/core/operations/plan-deploy.ts";
import { applyPlan } from "../../src/core/plan/apply.ts";
import type { Plan } from "../../src/core/plan/build.ts";
import type { Node } from "../../src/core/plan/graph.ts";
import { retryWhile } from "../../src/core/wait/poll.ts";
import type { Project } from "../../src/core/config/project.ts";
import { type Config, configSchema } from "../../src/core/config/schema.ts";
import { DeployWorld } from "../support/deployable.ts";
import { readTemplate } from "../support/exports.ts";

const addedSeconds = 0.08;
const most = 1.25;

interface Span {
  /** The step that made the call; `plan` before the steps. */
  step: string;
  from: number;
  to: number;
}

/** Notes every call with the step in which it was made. */
function watchCalls(context: Context, scope: AsyncLocalStorage<string>): Span[] {
  const spans: Span[] = [];
  const { aws } = context;
  const send = aws.call.bind(aws) as (...args: unknown[]) => Promise<unknown>;
  const call = async (...args: unknown[]): Promise<unknown> => {
    const from = performance.now();
    try {
      return await send(...args);
    } finally {
      spans.push({ step: scope.getStore() ?? "plan", from, to: performance.now() });
    }
  };
  Object.defineProperty(aws, "call", { value: call });
  return spans;
}

/** The calls of one step that waited for each other, in ms: the most that fit one after the other. */
function longestRow(spans: readonly Span[]): number {
  const best = new Map<Span, number>();
  for (const span of spans.toSorted((a, b) => a.to - b.to)) {
    const before = [...best].filter(([other]) => other.to <= span.from).map(([, length]) => length);
    best.set(span, span.to - span.from + Math.max(0, ...before));
  }
  return Math.max(0, ...best.values());
}

/** The longest way through the steps, each as long as its own row of calls. */
function longestChain(plan: Plan, spans: readonly Span[]): { ms: number; steps: string[] } {
  const ways = new Map<string, { ms: number; steps: string[] }>();
  const none = { ms: 0, steps: [] as string[] };
  for (const { id, needs } of plan.steps) {
    const before = needs.map((need) => ways.get(need) ?? none).reduce((a, b) => (b.ms > a.ms ? b : a), none);
    const own = longestRow(spans.filter(({ step }) => step === id));
    ways.set(id, { ms: before.ms + own, steps: own > 0 ? [...before.steps, id] : before.steps });
  }
  const longest = [...ways.values()].reduce((a, b) => (b.ms > a.ms ? b : a), none);
  return { ms: longestRow(spans.filter(({ step }) => step === "plan")) + longest.ms, steps: longest.steps };
}

/** The nodes, each telling in whose name it calls. */
const inScope = (nodes: readonly Node[], scope: AsyncLocalStorage<string>): Node[] =>
  nodes.map((node) => ({
    ...node,
    read: () => scope.run(node.id, () => node.read()),
    create: (outputs) => scope.run(node.id, () => node.create(outputs)),
    update: (outputs, live, changes) => scope.run(node.id, () => node.update(outputs, live, changes)),
  }));

/** The calls of a first deploy; the waits for instances and tasks come after them and are left out. */
async function measure(world: DeployWorld, project: Project): Promise<{ wall: number; chain: number; line: string }> {
  const { config } = project;
  await world.push(config.app);
  const scope = new AsyncLocalStorage<string>();
  const context = world.context();
  const spans = watchCalls(context, scope);
  const from = performance.now();
  const { plan, nodes, readings } = await planDeploy(context, project, { needImage: true });
  await applyPlan(inScope(nodes, scope), plan, readings, {
    emit: context.emit,
    signal: context.signal,
    now: () => context.aws.clock.now(),
    retry: (title, passing, action) => retryWhile(context, { title, passing, action }),
    app: config.app,
    adopt: false,
  });
  const wall = performance.now() - from;
  const { ms: chain, steps } = longestChain(plan, spans);
  const line = `${spans.length} calls in ${Math.round(wall)} ms; longest chain ${Math.round(chain)} ms: ${steps.join(" → ")}`;
  return { wall, chain, line };
}

/** The API template with another word in every name, so that two of them do not meet. */
function apiProject(world: DeployWorld, word: string): Project {
  const named = JSON.stringify(readTemplate("api")).replaceAll("learner", word);
  const config: Config = configSchema.parse(JSON.parse(named));
  config.image.repository = `${config.app}-web`;
  return { ...world.project(config.app), config };
}

const world = await DeployWorld.open(1);
try {
  world.sandbox.faults.add({ kind: "delay", seconds: addedSeconds });
  for (const [name, make] of [
    ["flash sale", (word: string) => world.project(word)],
    ["API", (word: string) => apiProject(world, word)],
  ] as const) {
    // The first run loads clients and services, which is not what is measured here.
    const [, ...runs] = [
      await measure(world, make("warm")),
      await measure(world, make("one")),
      await measure(world, make("two")),
    ];
    for (const { line } of runs) console.log(line);
    const ratio = Math.min(...runs.map(({ wall, chain }) => wall / chain));
    console.log(
      `${name}, first deploy: ${ratio.toFixed(2)} times the longest chain of dependent calls (at most ${most})`,
    );
    if (ratio > most) process.exitCode = 1;
  }
} finally {
  await world.close();
}
