import { usageError } from "../errors.ts";
import { fargateSizeProblem } from "../config/check-fargate.ts";
import { configSchema } from "../config/schema.ts";
import type { InitAnswers } from "../operations/init.ts";
import type { Screen } from "../output/screen.ts";
import { ask, choose, confirm, requireTerminal } from "./prompt.ts";

/** What the flags say so far. */
export type Given = { [Key in keyof InitAnswers]: InitAnswers[Key] | undefined };
type Name = keyof InitAnswers;
type Verdict = true | string;

interface Question {
  message: string;
  flag: string;
  /** Whether it is a question after those answers; always when absent. */
  when?: (answers: InitAnswers) => boolean;
  validate?: (answer: string, answers: InitAnswers) => Verdict;
  choices?: readonly string[];
}

const wholeNumber = (answer: string): Verdict => /^\d+$/.test(answer) || "a whole number, please";
/** Both by their form only: new ones come every month. */
const regionName = (answer: string): Verdict =>
  /^[a-z]{2,}(-[a-z]+)+-\d+$/.test(answer) || "a region like us-east-1, please";
const typeName = (answer: string): Verdict =>
  /^[a-z][a-z0-9-]*\.[a-z0-9-]+$/.test(answer) || "an instance type like t3.small, please";
const most = (answer: string, { min }: InitAnswers): Verdict =>
  wholeNumber(answer) === true
    ? Number(answer) >= Math.max(1, min) || `at least ${Math.max(1, min)}, please`
    : wholeNumber(answer);

const appName = (answer: string): Verdict => {
  const { success, error } = configSchema.shape.app.safeParse(answer);
  return success || (error.issues[0]?.message ?? "another one, please");
};

const address = (answer: string): Verdict =>
  answer === "" || /^[^@\s]+@[^@\s]+$/.test(answer) || "an address like you@example.com, or nothing";

const portNumber = (answer: string): Verdict =>
  (/^\d+$/.test(answer) && Number(answer) >= 1 && Number(answer) <= 65_535) || "a port from 1 to 65535, please";
const path = (answer: string): Verdict => answer.startsWith("/") || "a path that begins with /, please";
const cpuUnits = (answer: string, { launch }: InitAnswers): Verdict =>
  wholeNumber(answer) === true && launch === "fargate"
    ? (fargateSizeProblem(Number(answer)) ?? true)
    : wholeNumber(answer);
const memorySize = (answer: string, { launch, cpu = 0 }: InitAnswers): Verdict =>
  wholeNumber(answer) === true && launch === "fargate"
    ? (fargateSizeProblem(cpu, Number(answer)) ?? true)
    : wholeNumber(answer);
/** Templates that do not ask where to run have their own instances, or none. */
const onInstances = ({ launch }: InitAnswers): boolean => launch !== "fargate";

/** In the order in which they are asked: what decides about others comes first. */
const questions: Readonly<Record<Name, Question>> = {
  app: { message: "Name of the application", flag: "--app NAME", validate: appName },
  region: { message: "AWS region", flag: "--region NAME", validate: regionName },
  port: { message: "Port that the container listens on", flag: "--port N", validate: portNumber },
  launch: { message: "Where its tasks run", flag: "--launch fargate|ec2", choices: ["fargate", "ec2"] },
  balancer: { message: "A load balancer in front of them?", flag: "--[no-]load-balancer" },
  health: {
    message: "Path that answers 200 while it works",
    flag: "--health-path PATH",
    validate: path,
    when: ({ balancer }) => balancer === true,
  },
  cpu: { message: "CPU units of a task (1024 is one vCPU)", flag: "--cpu N", validate: cpuUnits },
  memory: { message: "Memory of a task in MiB", flag: "--memory N", validate: memorySize },
  instanceType: { message: "EC2 instance type", flag: "--instance-type TYPE", validate: typeName, when: onInstances },
  min: { message: "Fewest instances", flag: "--min N", validate: wholeNumber, when: onInstances },
  max: { message: "Most instances", flag: "--max N", validate: most, when: onInstances },
  email: { message: "Whom alarms write to (empty: nobody)", flag: "--email ADDRESS", validate: address },
};
const order = Object.keys(questions) as Name[];

const isMeant = (name: Name, answers: InitAnswers): boolean => questions[name].when?.(answers) ?? true;

/** On Fargate there are no instances: the same numbers count tasks. */
const messageOf = (name: Name, answers: InitAnswers): string =>
  "instanceType" in answers ? questions[name].message : questions[name].message.replace("instances", "tasks");

function notAsked(name: Name, answers: InitAnswers): Error {
  const { flag } = questions[name];
  if (!(name in answers))
    return usageError({
      code: "FlagOfAnotherTemplate",
      message: `${flag} means nothing to this template.`,
      hint: "Leave it out, or choose another --template.",
    });
  const other = name === "health" ? "--load-balancer" : "--launch ec2";
  return usageError({
    code: "FlagWithoutMeaning",
    message: `${flag} means nothing without ${other}.`,
    hint: `Leave it out, or add ${other}.`,
  });
}

/** Asks for what no flag says; with `--yes`, the defaults answer. */
export async function answerQuestions(
  screen: Screen,
  given: Given,
  defaults: InitAnswers,
  yes: boolean,
): Promise<InitAnswers> {
  const answers = { ...defaults, ...said(given) };
  refuseFlags(given, answers);
  const open = order.filter((name) => given[name] === undefined && name in defaults);
  if (yes) requireValues(open.filter((name) => isMeant(name, answers) && answers[name] === undefined));
  else {
    requireTerminal(
      screen,
      open.filter((name) => isMeant(name, answers)).map((name) => questions[name].flag),
      "--yes for the defaults",
    );
    for (const name of open)
      if (isMeant(name, answers)) Object.assign(answers, { [name]: await answer(screen, name, answers) });
  }
  const strange = order.find((name) => given[name] !== undefined && !(name in defaults && isMeant(name, answers)));
  if (strange) throw notAsked(strange, defaults);
  return answers;
}

const said = (given: Given): Partial<InitAnswers> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));

/** Those that can be judged alone; the others depend on answers that are still to come, and the whole is checked. */
const judgedAlone: readonly Name[] = ["app", "region", "port", "health", "instanceType", "email"];

/** A flag that is wrong is told at once: after the last question the answers would be for nothing. */
function refuseFlags(given: Given, answers: InitAnswers): void {
  for (const name of judgedAlone) {
    const value = given[name];
    const problem = value === undefined ? undefined : problemOf(name, String(value), answers);
    if (problem === undefined) continue;
    const flag = questions[name].flag.split(" ")[0] ?? "";
    const expected = problem.replace(/^expected /, "").replace(/, please$/, "");
    throw usageError({
      code: "InvalidFlag",
      message: `${flag} ${value}: expected ${expected}.`,
      hint: "ecsctl init --help",
    });
  }
}

/** Where the Dockerfile says nothing, nobody but the user can. */
function requireValues(names: readonly Name[]): void {
  const flags = names.map((name) => questions[name].flag);
  if (flags.length === 0) return;
  throw usageError({
    code: "MissingFlag",
    message: `Missing: ${flags.join(", ")}.`,
    why: "The Dockerfile does not say (EXPOSE).",
    hint: `Give ${flags.join(" ")}.`,
  });
}

/** Undefined when the answer will do, else what is wrong with it. */
export function problemOf(name: Name, text: string, answers: InitAnswers): string | undefined {
  const verdict = questions[name].validate?.(text, answers) ?? true;
  return verdict === true ? undefined : verdict;
}

async function answer(screen: Screen, name: Name, answers: InitAnswers): Promise<string | number | boolean> {
  const { flag, choices } = questions[name];
  const preset = name === "max" ? Math.max(answers.max, answers.min) : answers[name];
  const question = { message: messageOf(name, answers), flag };
  if (typeof preset === "boolean") return confirm(screen, { ...question, default: preset ? "yes" : "no" });
  if (choices) return choose(screen, { ...question, default: String(preset) }, choices);
  const text = await ask(screen, {
    ...question,
    ...(preset === undefined ? {} : { default: String(preset) }),
    validate: (typed) => problemOf(name, typed, answers) ?? true,
  });
  return numbers.has(name) ? Number(text) : text;
}

const numbers: ReadonlySet<Name> = new Set(["port", "cpu", "memory", "min", "max"] as const);
