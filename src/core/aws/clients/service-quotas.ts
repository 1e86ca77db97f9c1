export { ServiceQuotasClient as Client } from "@aws-sdk/client-service-quotas";
export { GetServiceQuotaCommand } from "@aws-sdk/client-service-quotas";
