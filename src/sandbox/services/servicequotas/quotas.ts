import type * as quotas from "@aws-sdk/client-service-quotas";
import { NoSuchResourceException, type ServiceQuota } from "@aws-sdk/client-service-quotas";
import { meta, page, type Handler } from "../../wire/api.ts";
import type { Region } from "../../world/world.ts";

interface Known {
  service: string;
  serviceName: string;
  code: string;
  name: string;
  /** What a new account gets (Amazon EC2 and AWS Fargate endpoints and quotas, AWS General Reference). */
  value: number;
}

const known: readonly Known[] = [
  {
    service: "ec2",
    serviceName: "Amazon Elastic Compute Cloud (Amazon EC2)",
    code: "L-1216C47A",
    name: "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances",
    value: 5,
  },
  {
    service: "fargate",
    serviceName: "AWS Fargate",
    code: "L-3032A538",
    name: "Fargate On-Demand vCPU resource count",
    value: 6,
  },
];

const toQuota = (region: Region, { service, serviceName, code, name, value }: Known): ServiceQuota => ({
  ServiceCode: service,
  ServiceName: serviceName,
  QuotaArn: region.arn("servicequotas", `${service}/${code}`),
  QuotaCode: code,
  QuotaName: name,
  Value: value,
  Unit: "None",
  Adjustable: true,
  GlobalQuota: false,
});

function find(service: string | undefined, code: string | undefined): Known {
  const found = known.find((one) => one.service === service && one.code === code);
  if (found) return found;
  throw new NoSuchResourceException({
    Message: `The request failed because the specified service quota does not exist: ${service}/${code}.`,
    message: `The request failed because the specified service quota does not exist: ${service}/${code}.`,
    ...meta,
  });
}

export const getServiceQuota: Handler<typeof quotas, "GetServiceQuota"> = (input, { region }) => ({
  Quota: toQuota(region, find(input.ServiceCode, input.QuotaCode)),
});

export const getAwsDefaultServiceQuota: Handler<typeof quotas, "GetAWSDefaultServiceQuota"> = (input, { region }) => ({
  Quota: toQuota(region, find(input.ServiceCode, input.QuotaCode)),
});

export const listServiceQuotas: Handler<typeof quotas, "ListServiceQuotas"> = (input, { region }) => {
  const all = known.filter(({ service }) => service === input.ServiceCode);
  if (all.length === 0) find(input.ServiceCode, "*");
  const { items, next } = page(all, input.NextToken, input.MaxResults ?? 100);
  return { Quotas: items.map((one) => toQuota(region, one)), NextToken: next };
};
