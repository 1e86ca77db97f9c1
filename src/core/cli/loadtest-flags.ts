import { Flags } from "@oclif/core";
import { durationFlag } from "./duration-flag.ts";

const pace = "PACE";
const what = "REQUEST";

/** What `loadtest` takes. */
export const loadtestFlags = {
  concurrency: Flags.integer({
    helpValue: "CLIENTS",
    description: "Closed loop: clients, each waiting for its answer.",
    default: 100,
    min: 1,
    max: 10_000,
    helpGroup: pace,
  }),
  rate: Flags.integer({
    helpValue: "RATE",
    description: "Open loop: requests a second, on schedule whatever the answers; latency counts from the schedule.",
    min: 1,
    helpGroup: pace,
  }),
  stage: Flags.string({
    helpValue: "DURATION:RATE",
    description: "Open loop in stages, such as 30s:100; may be repeated.",
    multiple: true,
    helpGroup: pace,
  }),
  ramp: durationFlag({
    description: "Come to the concurrency, the rate or each stage's rate bit by bit.",
    helpGroup: pace,
  }),
  "max-in-flight": Flags.integer({
    helpValue: "N",
    description: "Open loop: requests under way at once; those due meanwhile wait, and after --timeout are dropped.",
    min: 1,
    max: 20_000,
    helpGroup: pace,
  }),
  "max-rps": Flags.integer({
    helpValue: "RATE",
    description: "Never more requests a second than this.",
    min: 1,
    helpGroup: pace,
  }),
  warmup: durationFlag({ description: "Load before the figures begin; it is in none of them.", helpGroup: pace }),
  duration: durationFlag({ description: "How long, in your own time.", helpGroup: pace }),
  requests: Flags.integer({ helpValue: "N", description: "How many requests in all.", min: 1, helpGroup: pace }),
  until: Flags.string({
    helpValue: "GOAL",
    description:
      "End when it is met: scaled, stable (or steady) or count=N, and the tasks have answered; exit 7 when it is not.",
    helpGroup: pace,
  }),
  threads: Flags.integer({
    helpValue: "N",
    description: "Threads that send.",
    default: 1,
    min: 1,
    max: 64,
    helpGroup: pace,
  }),
  timeout: durationFlag({ description: "Limit of one request.", default: 3, defaultHelp: async () => "3s" }),
  path: Flags.string({
    helpValue: "PATH[=WEIGHT]",
    description: "Path to ask for; default / or the path of --target. Several with weights: --path /a=3 --path /b=1.",
    multiple: true,
    helpGroup: what,
  }),
  method: Flags.string({
    helpValue: "METHOD",
    description: "HTTP method; default GET, or POST with a body.",
    helpGroup: what,
  }),
  header: Flags.string({
    char: "H",
    helpValue: "'Name: value'",
    description: "Header to send; may be repeated.",
    multiple: true,
    helpGroup: what,
  }),
  body: Flags.string({ helpValue: "TEXT", description: "Body to send.", exclusive: ["body-file"], helpGroup: what }),
  "body-file": Flags.file({ helpValue: "FILE", description: "File with the body to send.", helpGroup: what }),
  user: Flags.string({
    helpValue: "NAME",
    description: "Basic authentication; the password is asked for, or taken from ECSCTL_PASSWORD.",
    helpGroup: what,
  }),
  keepalive: Flags.boolean({
    description: "One connection for many requests; with --no-keepalive one for each.",
    allowNo: true,
    default: true,
    helpGroup: what,
  }),
  insecure: Flags.boolean({ description: "Accept any TLS certificate.", helpGroup: what }),
  target: Flags.string({
    helpValue: "URL|NAME",
    description: "Load this address, or the load balancer of this name, and not the service's tasks; may be repeated.",
    multiple: true,
  }),
  "yes-i-own-it": Flags.boolean({ description: "A --target at a public address that is not the service's is mine." }),
  spread: Flags.option({
    options: ["even", "first", "lb"] as const,
    description:
      "Who gets the load: every task alike, only the first, or the load balancer (default when there is one).",
  })(),
  slo: Flags.string({
    helpValue: "OBJECTIVE",
    description: "Such as 'p99<250ms', 'errors<0.1%', 'rps>500'; exit 7 when missed; may be repeated.",
    multiple: true,
  }),
  out: Flags.string({
    helpValue: "FILE.json",
    description: "Write the whole report there: with the latencies of each second, for loadtest report and compare.",
  }),
  report: Flags.string({
    helpValue: "FILE.html",
    description: "Write a page with charts there, which needs nothing but itself.",
  }),
};
