export { SSMClient as Client } from "@aws-sdk/client-ssm";
export { GetParameterCommand } from "@aws-sdk/client-ssm";
