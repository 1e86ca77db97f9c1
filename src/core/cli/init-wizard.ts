import { usageError } from "../errors.ts";
import { configSchema } from "../config/schema.ts";
import type { InitAnswers } from "../operations/init.ts";
import type { Screen } from "../output/screen.ts";
import { ask, requireTerminal } from "./prompt.ts";

/** What the flags say so far. */
export type Given = { [Key in keyof InitAnswers]: InitAnswers[Key] | undefined };

const wholeNumber = (answer: string): true | string => /^\d+$/.test(answer) || "a whole number, please";
const filled = (answer: string): true | string => answer.trim() !== "" || "something, please";

const appName = (answer: string): true | string => {
  const { success, error } = configSchema.shape.app.safeParse(answer);
  return success || (error.issues[0]?.message ?? "another one, please");
};

const address = (answer: string): true | string =>
  answer === "" || /^[^@\s]+@[^@\s]+$/.test(answer) || "an address like you@example.com, or nothing";

const questions = {
  app: { message: "Name of the application", flag: "--app NAME", validate: appName },
  region: { message: "AWS region", flag: "--region NAME", validate: filled },
  instanceType: { message: "EC2 instance type", flag: "--instance-type TYPE", validate: filled },
  min: { message: "Fewest instances", flag: "--min N", validate: wholeNumber },
  max: { message: "Most instances", flag: "--max N", validate: wholeNumber },
  email: { message: "Whom alarms write to (empty: nobody)", flag: "--email ADDRESS", validate: address },
} as const;

/** On Fargate there are no instances: the same numbers count tasks. */
function questionOf(name: keyof InitAnswers, defaults: InitAnswers) {
  const question = questions[name];
  const message =
    defaults.instanceType === undefined ? question.message.replace("instances", "tasks") : question.message;
  return { ...question, message };
}

const notAsked = (name: keyof InitAnswers): Error =>
  usageError({
    code: "FlagOfAnotherTemplate",
    message: `${questions[name].flag} means nothing to this template.`,
    hint: "Leave it out, or choose another --template.",
  });

/** Asks for what no flag says; with `--yes`, the defaults answer. */
export async function answerQuestions(
  screen: Screen,
  given: Given,
  defaults: InitAnswers,
  yes: boolean,
): Promise<InitAnswers> {
  const answers: Record<string, string | number> = { ...defaults };
  const asked = (Object.keys(questions) as (keyof InitAnswers)[]).filter((name) => name in defaults);
  const open = asked.filter((name) => given[name] === undefined);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (!(name in defaults)) throw notAsked(name as keyof InitAnswers);
    answers[name] = value;
  }
  if (yes) return answers as unknown as InitAnswers;
  const flags = open.map((name) => questions[name].flag);
  requireTerminal(screen, flags, "--yes for the defaults");
  for (const name of open) {
    const answer = await ask(screen, { ...questionOf(name, defaults), default: String(defaults[name]) });
    answers[name] = typeof defaults[name] === "number" ? Number(answer) : answer;
  }
  return answers as unknown as InitAnswers;
}
