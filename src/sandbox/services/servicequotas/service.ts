import * as quotas from "@aws-sdk/client-service-quotas";
import type { Handlers, ServiceModule } from "../../wire/api.ts";
import { getAwsDefaultServiceQuota, getServiceQuota, listServiceQuotas } from "./quotas.ts";

const handlers: Handlers<typeof quotas> = {
  GetAWSDefaultServiceQuota: getAwsDefaultServiceQuota,
  GetServiceQuota: getServiceQuota,
  ListServiceQuotas: listServiceQuotas,
};

export const service: ServiceModule<typeof quotas> = { module: quotas, Client: quotas.ServiceQuotasClient, handlers };
