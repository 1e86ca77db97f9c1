import { Args } from "@oclif/core";
import { BaseCommand } from "../../../core/cli/base-command.ts";
import { removeScalingPolicy, type RemovePolicyResult } from "../../../core/operations/remove-scaling-policy.ts";
import { formatRemovedPolicy } from "../../../core/output/policy-view.ts";

export default class RemovePolicy extends BaseCommand<RemovePolicyResult> {
  static override summary = "Remove a scaling policy, in AWS and in ecsctl.yaml.";
  static override examples = ["<%= config.bin %> scale policy remove cpu-target-tracking"];
  static override args = { name: Args.string({ required: true, description: "Name of the policy." }) };

  protected async execute(): Promise<RemovePolicyResult> {
    const { args } = await this.parse(RemovePolicy);
    return removeScalingPolicy(await this.context(), await this.project(), args.name);
  }

  protected render(result: RemovePolicyResult): string {
    return formatRemovedPolicy(result);
  }
}
