import { Args, Flags } from "@oclif/core";
import { answerPolicy } from "../../../core/cli/ask-policy.ts";
import { BaseCommand } from "../../../core/cli/base-command.ts";
import { durationFlag } from "../../../core/cli/duration-flag.ts";
import { addScalingPolicy, type AddPolicyResult } from "../../../core/operations/add-scaling-policy.ts";
import { formatAddedPolicy } from "../../../core/output/policy-view.ts";

export default class AddPolicy extends BaseCommand<AddPolicyResult> {
  static override summary = "Let the service scale by a policy, in AWS and in ecsctl.yaml.";
  static override examples = [
    "<%= config.bin %> scale policy add cpu-target-tracking --metric cpu --target 50 --min 1 --max 3 --scale-out-cooldown 30s --scale-in-cooldown 30s",
  ];
  static override args = {
    name: Args.string({ required: true, description: "Name of the policy." }),
  };
  static override flags = {
    type: Flags.string({ default: "target-tracking", helpValue: "target-tracking", description: "Kind of policy." }),
    metric: Flags.string({ helpValue: "cpu|memory", description: "The service's average to keep at the target." }),
    target: Flags.string({ helpValue: "PERCENT", description: "Target in percent of what the tasks reserve." }),
    min: Flags.integer({ min: 0, helpValue: "N", description: "Fewest tasks." }),
    max: Flags.integer({ min: 1, helpValue: "N", description: "Most tasks." }),
    "scale-out-cooldown": durationFlag({ default: 300, description: "After a scale-out, only a larger step adds." }),
    "scale-in-cooldown": durationFlag({ default: 300, description: "After a scale-in, no other for this long." }),
    "disable-scale-in": Flags.boolean({ description: "Never remove tasks through this policy." }),
  };

  protected async execute(): Promise<AddPolicyResult> {
    const { args, flags } = await this.parse(AddPolicy);
    const answers = await answerPolicy(this.screen, flags, this.signal);
    const policy = {
      name: args.name,
      type: "target-tracking",
      metric: answers.metric,
      target: answers.target,
      scaleOutCooldown: `${flags["scale-out-cooldown"]}s`,
      scaleInCooldown: `${flags["scale-in-cooldown"]}s`,
      disableScaleIn: flags["disable-scale-in"],
    } as const;
    const range = { min: answers.min, max: answers.max };
    return addScalingPolicy(await this.context(), await this.project(), { policy, range });
  }

  protected render(result: AddPolicyResult): string {
    return formatAddedPolicy(result);
  }
}
