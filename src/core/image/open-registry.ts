import type { Context } from "../context.ts";
import { awsError } from "../errors.ts";
import type { Credentials } from "./registry-auth.ts";
import { RegistryClient } from "./registry-client.ts";

/** ECR's registry with a token that lives in this process's memory and nowhere else. */
export interface OpenRegistry {
  client: RegistryClient;
  /** `HOST[:PORT]`, what image references begin with. */
  host: string;
  credentials: Credentials;
}

/** Asks ECR for a token (twelve hours) and opens its registry. */
export async function openRegistry({ aws, signal }: Context): Promise<OpenRegistry> {
  const { authorizationData } = await aws.call("ecr", "GetAuthorizationToken", {}, signal);
  const { authorizationToken, proxyEndpoint } = authorizationData?.[0] ?? {};
  const [username, password] = Buffer.from(authorizationToken ?? "", "base64")
    .toString()
    .split(":");
  if (!username || !password || !proxyEndpoint)
    throw awsError({ code: "NoRegistryToken", message: "ECR answered GetAuthorizationToken without a token." });
  const credentials = { username, password };
  return {
    client: new RegistryClient({ origin: proxyEndpoint, credentials, signal }),
    host: new URL(proxyEndpoint).host,
    credentials,
  };
}
