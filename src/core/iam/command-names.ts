/** The commands that call AWS, as a person types them. */
export const commandNames = [
  "push",
  "plan",
  "deploy",
  "rollback",
  "status",
  "endpoints",
  "scale policy add",
  "scale policy list",
  "scale policy remove",
  "scale range",
  "scale set",
  "scale suspend",
  "scale resume",
  "scale simulate",
  "scale tune",
  "loadtest",
  "watch",
  "events",
  "logs",
  "logs insights",
  "alarm add",
  "alarm list",
  "alarm remove",
  "notify add",
  "notify list",
  "notify remove",
  "event-rule add",
  "event-rule list",
  "event-rule remove",
  "dashboard create",
  "dashboard open",
  "dashboard show",
  "dashboard remove",
  "metric put",
  "workshop",
  "destroy",
  "export cloudformation",
  "export terraform",
  "doctor",
] as const;
export type CommandName = (typeof commandNames)[number];

/** Commands that walk through others. */
const walks: Partial<Record<CommandName, readonly CommandName[]>> = {
  workshop: ["push", "plan", "deploy", "endpoints", "scale policy add", "loadtest", "watch", "events", "destroy"],
};

/** A command and those that it walks through. */
export const partsOf = (command: CommandName): readonly CommandName[] => [command, ...(walks[command] ?? [])];

/** Commands that never call AWS by themselves: they need no permission. */
export const withoutAws: readonly string[] = [
  "init",
  "loadtest report",
  "loadtest compare",
  "iam policy",
  "sandbox start",
  "sandbox stop",
  "sandbox status",
  "sandbox reset",
  "sandbox env",
  "sandbox fault",
  "sandbox inbox",
];
