import type { _InstanceType } from "@aws-sdk/client-ec2";
import type { Aws } from "../aws/aws.ts";
import type { Config } from "../config/schema.ts";
import { failed, ok, type Outcome, skipped, skipWhenRefused } from "./check.ts";

/** Quotas by what runs (Service Quotas console; Amazon EC2 and AWS Fargate endpoints and quotas, AWS General Reference). */
const quotas = {
  instances: { ServiceCode: "ec2", QuotaCode: "L-1216C47A", name: "Running On-Demand Standard instances" },
  fargate: { ServiceCode: "fargate", QuotaCode: "L-3032A538", name: "Fargate On-Demand vCPU resource count" },
} as const;

/** Families that the quota of standard instances counts. */
const standard = /^[acdhimrtz]\d/;

/** Whether the account may run as many vCPUs as the project has at its maximum. */
export async function checkQuota(aws: Aws, config: Config): Promise<Outcome> {
  const { capacity } = config.cluster;
  if (capacity && !standard.test(capacity.instanceType))
    return skipped(`${capacity.instanceType} counts against a quota of its own`);
  try {
    const needed = capacity ? await countInstanceCpus(aws, capacity) : countTaskCpus(config);
    const { name, ...quota } = capacity ? quotas.instances : quotas.fargate;
    const answer = await aws.call("service-quotas", "GetServiceQuota", quota);
    const value = answer.Quota?.Value ?? 0;
    const words = `${needed} vCPUs at the maximum, and the quota "${name}" is ${value}`;
    if (needed <= value) return ok(words);
    return failed(
      `${words}.`,
      `aws service-quotas request-service-quota-increase --service-code ${quota.ServiceCode} --quota-code ${quota.QuotaCode} --desired-value ${Math.ceil(needed)}`,
    );
  } catch (error) {
    if (error instanceof Error && error.name === "InvalidInstanceType")
      return skipped(`there is no ${capacity?.instanceType}: see instance type`);
    return skipWhenRefused(error);
  }
}

async function countInstanceCpus(
  aws: Aws,
  { instanceType, max }: { instanceType: string; max: number },
): Promise<number> {
  const answer = await aws.call("ec2", "DescribeInstanceTypes", { InstanceTypes: [instanceType as _InstanceType] });
  return max * (answer.InstanceTypes?.[0]?.VCpuInfo?.DefaultVCpus ?? 0);
}

const countTaskCpus = ({ task, scaling, service }: Config): number =>
  (task.cpu / 1024) * (scaling?.max ?? service.desiredCount);
