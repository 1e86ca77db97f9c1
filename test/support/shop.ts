import type { PutScalingPolicyCommandInput } from "@aws-sdk/client-application-auto-scaling";
import type { Snapshot } from "../../src/core/observe/snapshot.ts";
import { readStatus } from "../../src/core/operations/read-status.ts";
import { addFlashSale, project } from "./flash-sale.ts";
import { startSandbox, type TestSandbox } from "./sandbox.ts";
import { SharedLoad } from "./shared-load.ts";

export const cluster = project.config.cluster.name;
export const service = project.config.service.name;
export const target = {
  ServiceNamespace: "ecs",
  ResourceId: `service/${cluster}/${service}`,
  ScalableDimension: "ecs:service:DesiredCount",
} as const;

/** A service whose load is set, and one look at what ecsctl says of it. */
export class Shop {
  readonly runtime = new SharedLoad();
  sandbox!: TestSandbox;

  async open(): Promise<this> {
    this.sandbox = await startSandbox({ runtime: this.runtime });
    this.runtime.now = () => this.sandbox.world.clock.now();
    await addFlashSale(this.sandbox);
    return this;
  }

  /** Percent of one task's 256 CPU units, over all tasks together. */
  set load(percent: number) {
    this.runtime.vcpus = (percent / 100) * 0.25;
  }

  look(): Promise<Snapshot> {
    return readStatus(this.sandbox.context(), project);
  }

  async range(MinCapacity: number, MaxCapacity: number, suspended: "out" | "in" | "none" = "none"): Promise<void> {
    await this.sandbox.aws().call("application-autoscaling", "RegisterScalableTarget", {
      ...target,
      MinCapacity,
      MaxCapacity,
      SuspendedState: {
        DynamicScalingOutSuspended: suspended === "out",
        DynamicScalingInSuspended: suspended === "in",
        ScheduledScalingSuspended: false,
      },
    });
  }

  put(input: Partial<PutScalingPolicyCommandInput>): Promise<unknown> {
    const policy = { ...target, PolicyName: "cpu50", PolicyType: "TargetTrackingScaling" as const, ...input };
    return this.sandbox.aws().call("application-autoscaling", "PutScalingPolicy", policy);
  }

  track(metric: "CPU" | "Memory", TargetValue: number, more: object = {}): Promise<unknown> {
    return this.put({
      PolicyName: `${metric.toLowerCase()}${TargetValue}`,
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue,
        PredefinedMetricSpecification: { PredefinedMetricType: `ECSServiceAverage${metric}Utilization` },
        ScaleOutCooldown: 300,
        ScaleInCooldown: 300,
        ...more,
      },
    });
  }

  /** Moves on until the policy's cause is that one, at most so many minutes, and gives the sentence. */
  async until(cause: string, minutes = 20): Promise<string> {
    const seen: string[] = [];
    for (let at = 0; at < minutes * 60; at += 15) {
      const { scaling } = await this.look();
      const why = scaling.policies[0];
      if (why?.cause === cause) return why.why;
      if (why && seen.at(-1) !== `${why.cause}: ${why.why}`) seen.push(`${why.cause}: ${why.why}`);
      await this.sandbox.advance(15);
    }
    throw new Error(`no ${cause} within ${minutes} min; seen:\n${seen.join("\n")}`);
  }

  async note(cause: string, minutes = 10): Promise<string> {
    const seen: string[] = [];
    for (let at = 0; at < minutes * 60; at += 15) {
      const { scaling } = await this.look();
      const note = scaling.notes.find((one) => one.cause === cause);
      if (note) return note.text;
      seen.push(...scaling.notes.map((one) => `${one.cause}: ${one.text}`));
      await this.sandbox.advance(15);
    }
    throw new Error(`no ${cause} within ${minutes} min; seen:\n${[...new Set(seen)].join("\n")}`);
  }
}
