import { isLoopback } from "./reference.ts";
import { type Dispatcher, request } from "undici";

export interface Credentials {
  username: string;
  password: string;
}

/**
 * Answers a registry's `WWW-Authenticate: Bearer realm=…` as anybody may: asks its token service, without credentials.
 * The `Authorization` value, or undefined when the challenge is of another kind.
 */
export async function authorize(
  challenge: string,
  { scope, dispatcher, signal }: { scope: string; dispatcher: Dispatcher; signal: AbortSignal },
): Promise<string | undefined> {
  if (!/^bearer /i.test(challenge)) return undefined;
  const parts = Object.fromEntries([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
  const { realm, service } = parts as { realm?: string; service?: string };
  if (realm === undefined || !URL.canParse(realm)) return undefined;
  const url = new URL(realm);
  if (url.protocol !== "https:" && !isLoopback(url.host)) return undefined;
  if (service !== undefined) url.searchParams.set("service", service);
  url.searchParams.set("scope", scope);
  const answer = await request(url, { dispatcher, signal });
  if (answer.statusCode !== 200) {
    await answer.body.dump();
    return undefined;
  }
  const { token, access_token } = (await answer.body.json()) as { token?: string; access_token?: string };
  const value = token ?? access_token;
  return value === undefined ? undefined : `Bearer ${value}`;
}
