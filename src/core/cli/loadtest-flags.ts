import { Flags } from "@oclif/core";
import { durationFlag } from "./duration-flag.ts";

/** What `loadtest` takes. */
export const loadtestFlags = {
  concurrency: Flags.integer({
    description: "Clients, each waiting for its answer.",
    default: 100,
    min: 1,
    max: 10_000,
  }),
  duration: durationFlag({ description: "How long, in your own time." }),
  requests: Flags.integer({ description: "How many requests in all.", min: 1 }),
  until: Flags.string({
    helpValue: "GOAL",
    description: "End when it is met: scaled, steady or count=N, and the tasks have answered; exit 7 when it is not.",
  }),
  timeout: durationFlag({ description: "Limit of one request.", default: 3, defaultHelp: async () => "3s" }),
  path: Flags.string({ description: "Path to ask for; default / or the path of --target." }),
  method: Flags.string({ description: "HTTP method.", default: "GET" }),
  header: Flags.string({
    char: "H",
    helpValue: "'Name: value'",
    description: "Header to send; may be repeated.",
    multiple: true,
  }),
  target: Flags.string({
    helpValue: "URL",
    description: "Load this address and not the service's tasks; may be repeated.",
    multiple: true,
  }),
  slo: Flags.string({
    helpValue: "OBJECTIVE",
    description: "Such as 'p99<250ms', 'errors<0.1%', 'rps>500'; exit 7 when missed; may be repeated.",
    multiple: true,
  }),
  out: Flags.string({ helpValue: "FILE.json", description: "Write the whole report there too." }),
};
