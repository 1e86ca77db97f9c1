import { Flags } from "@oclif/core";
import { usageError } from "../errors.ts";

const runtimes = ["auto", "docker", "process"] as const;
const fastest = 1000;

/** How a sandbox is to be started. */
export const sandboxFlags = {
  speed: Flags.string({
    helpValue: "N",
    description:
      "How many times as fast as real time the world's time passes; default as the last time, at first 1, as on AWS.",
  }),
  port: Flags.integer({
    helpValue: "PORT",
    min: 1,
    max: 65_535,
    description: "Where to listen; default the port of last time, else a free one.",
  }),
  runtime: Flags.option({ options: runtimes })({
    description:
      "What tasks are: containers, processes, or whichever this computer can; default as the last time, at first auto.",
  }),
};

/** The speed that a flag gives; usage error unless it is a number above 0 and at most 1000. */
export function readSpeed(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const speed = Number(text);
  if (text.trim() !== "" && speed > 0 && speed <= fastest) return speed;
  throw usageError({
    code: "InvalidSpeed",
    message: `--speed ${text} is not a number above 0 and at most ${fastest}.`,
    hint: "--speed 20 makes a minute of the sandbox's time pass in three seconds.",
  });
}
