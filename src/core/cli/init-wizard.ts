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

const questions = {
  app: { message: "Name of the application", flag: "--app NAME", validate: appName },
  region: { message: "AWS region", flag: "--region NAME", validate: filled },
  instanceType: { message: "EC2 instance type", flag: "--instance-type TYPE", validate: filled },
  min: { message: "Fewest instances", flag: "--min N", validate: wholeNumber },
  max: { message: "Most instances", flag: "--max N", validate: wholeNumber },
} as const;

/** Asks for what no flag says; with `--yes`, the defaults answer. */
export async function answerQuestions(
  screen: Screen,
  given: Given,
  defaults: InitAnswers,
  yes: boolean,
): Promise<InitAnswers> {
  const answers: Record<string, string | number> = { ...defaults };
  const open = (Object.keys(questions) as (keyof InitAnswers)[]).filter((name) => given[name] === undefined);
  for (const [name, value] of Object.entries(given)) if (value !== undefined) answers[name] = value;
  if (yes) return answers as unknown as InitAnswers;
  const flags = open.map((name) => questions[name].flag);
  requireTerminal(screen, flags, "--yes for the defaults");
  for (const name of open) {
    const answer = await ask(screen, { ...questions[name], default: String(defaults[name]) });
    answers[name] = typeof defaults[name] === "number" ? Number(answer) : answer;
  }
  return answers as unknown as InitAnswers;
}
