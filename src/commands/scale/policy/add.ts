import { Args } from "@oclif/core";
import { BaseCommand } from "../../../core/cli/base-command.ts";
import { policyFlags } from "../../../core/cli/policy-flags.ts";
import { readPolicy } from "../../../core/cli/read-policy.ts";
import { addScalingPolicy, type AddPolicyResult } from "../../../core/operations/add-scaling-policy.ts";
import { formatAddedPolicy } from "../../../core/output/policy-view.ts";

export default class AddPolicy extends BaseCommand<AddPolicyResult> {
  static override summary = "Let the service scale by a policy, in AWS and in ecsctl.yaml.";
  static override description =
    "Target tracking keeps a figure at a target; steps add or remove tasks as an alarm goes off; a schedule sets the limits at a time; predictive learns the days. docs/scaling.md tells when to choose which.";
  static override examples = [
    "<%= config.bin %> scale policy add cpu-target-tracking --metric cpu --target 50 --min 1 --max 3 --scale-out-cooldown 30s --scale-in-cooldown 30s",
    "<%= config.bin %> scale policy add requests --metric requests --target 600",
    "<%= config.bin %> scale policy add steps --metric cpu --step 80:+2 --step 95:+4 --step 20:-1 --cooldown 60s",
    "<%= config.bin %> scale policy add morning --schedule 'cron(0 8 ? * MON-FRI *)' --timezone Europe/Berlin --min 4 --max 10",
    "<%= config.bin %> scale policy add forecast --mode forecast-only --metric cpu --target 60",
    "<%= config.bin %> scale policy add backlog --query 'queue=AWS/SQS/ApproximateNumberOfMessagesVisible{QueueName=jobs}:Sum' --query tasks=running-tasks --math 'queue / tasks' --target 10",
  ];
  static override args = {
    name: Args.string({ required: true, description: "Name of the policy." }),
  };
  static override flags = policyFlags;

  protected async execute(): Promise<AddPolicyResult> {
    const { args, flags } = await this.parse(AddPolicy);
    const project = await this.project();
    const wish = await readPolicy({ screen: this.screen, signal: this.signal, project }, args.name, flags);
    return addScalingPolicy(await this.context(), project, wish);
  }

  protected render(result: AddPolicyResult): string {
    return formatAddedPolicy(result);
  }
}
