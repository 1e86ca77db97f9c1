import { BaseCommand } from "../../../core/cli/base-command.ts";
import { listScalingPolicies, type ListPoliciesResult } from "../../../core/operations/list-scaling-policies.ts";
import { formatPolicies } from "../../../core/output/policy-view.ts";

export default class ListPolicies extends BaseCommand<ListPoliciesResult> {
  static override summary = "List the scaling policies of the service.";
  static override examples = ["<%= config.bin %> scale policy list"];

  protected async execute(): Promise<ListPoliciesResult> {
    await this.parse(ListPolicies);
    return listScalingPolicies(await this.context(), await this.project());
  }

  protected render(result: ListPoliciesResult): string {
    return formatPolicies(result);
  }
}
