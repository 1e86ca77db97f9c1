import { Args, Flags } from "@oclif/core";
import { BaseCommand } from "../../core/cli/base-command.ts";
import { readPairs } from "../../core/cli/pairs-flag.ts";
import { putMetric, type PutMetricResult } from "../../core/operations/put-metric.ts";

export default class PutMetric extends BaseCommand<PutMetricResult> {
  static override summary = "Put a value of a metric of your own into CloudWatch.";
  static override description =
    "Alarms and scaling policies can watch it as NAMESPACE/NAME. An app writes metrics more cheaply into its log: docs/metrics.md.";
  static override examples = [
    "<%= config.bin %> <%= command.id %> QueueDepth 12",
    "<%= config.bin %> <%= command.id %> CheckoutSeconds 0.8 --unit Seconds --dimension Step=payment",
  ];
  static override args = {
    name: Args.string({ required: true, description: "Name of the metric." }),
    value: Args.string({ required: true, description: "A number." }),
  };
  static override flags = {
    namespace: Flags.string({ helpValue: "NAME", description: "Default: the app's name." }),
    dimension: Flags.string({ helpValue: "NAME=VALUE", multiple: true, description: "What the value is of." }),
    unit: Flags.string({ helpValue: "UNIT", description: "Seconds, Percent, Count, Bytes, …; default None." }),
    "high-resolution": Flags.boolean({ description: "Keep every second, for three hours." }),
  };

  protected async execute(): Promise<PutMetricResult> {
    const { args, flags } = await this.parse(PutMetric);
    return putMetric(await this.context(), await this.project(), {
      name: args.name,
      value: args.value.trim() === "" ? Number.NaN : Number(args.value),
      namespace: flags.namespace,
      dimensions: readPairs("dimension", flags.dimension),
      unit: flags.unit,
      resolution: flags["high-resolution"] ? 1 : 60,
    });
  }

  protected render({ namespace, name, value, unit, dimensions }: PutMetricResult): string {
    const of = Object.entries(dimensions).map(([key, text]) => `${key}=${text}`);
    const where = of.length > 0 ? ` (${of.join(", ")})` : "";
    return `${namespace}/${name}${where} is ${value}${unit === "None" ? "" : ` ${unit}`}; CloudWatch shows it within two minutes.`;
  }
}
