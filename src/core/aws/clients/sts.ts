export { STSClient as Client } from "@aws-sdk/client-sts";
export { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
