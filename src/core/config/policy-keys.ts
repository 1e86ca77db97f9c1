import type { PolicyConfig } from "./scaling-schema.ts";

export type PolicyType = PolicyConfig["type"];
type Key = Exclude<keyof PolicyConfig, "name" | "type">;

/** What each kind of policy takes besides its name, and which of that it cannot do without. */
export const policyKeys: Readonly<Record<PolicyType, { takes: readonly Key[]; needs: readonly Key[] }>> = {
  "target-tracking": {
    takes: [
      "metric",
      "dimensions",
      "statistic",
      "metrics",
      "target",
      "fast",
      "scaleOutCooldown",
      "scaleInCooldown",
      "disableScaleIn",
    ],
    needs: ["target"],
  },
  step: {
    takes: [
      "metric",
      "dimensions",
      "statistic",
      "steps",
      "fast",
      "minAdjustmentMagnitude",
      "cooldown",
      "aggregation",
      "period",
      "periods",
    ],
    needs: ["metric", "steps"],
  },
  scheduled: { takes: ["schedule", "timezone", "start", "end", "min", "max"], needs: ["schedule"] },
  predictive: { takes: ["metric", "target", "mode", "buffer", "overMaximum"], needs: ["metric", "target"] },
};

const otherwise: Readonly<Record<string, string>> = { steps: "--step", dimensions: "--dimension", metrics: "--query" };

/** The flag of `scale policy add` that sets a key: `scaleOutCooldown` → `--scale-out-cooldown`. */
export const flagOf = (key: string): string =>
  otherwise[key] ?? `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
