// One call to Amazon ECS with Signature Version 4 by hand: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
import { createHash, createHmac } from "node:crypto";

const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const hmac = (key, text) => createHmac("sha256", key).update(text).digest();

/** From the environment, else from the agent, which hands out the task role's credentials. */
async function readCredentials(env) {
  if (env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY)
    return { id: env.AWS_ACCESS_KEY_ID, secret: env.AWS_SECRET_ACCESS_KEY, token: env.AWS_SESSION_TOKEN };
  const relative = env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI;
  const url = relative ? `http://169.254.170.2${relative}` : env.AWS_CONTAINER_CREDENTIALS_FULL_URI;
  if (!url) throw new Error("no credentials: the task has no task role");
  const answer = await fetch(url, { signal: AbortSignal.timeout(2000) });
  if (!answer.ok) throw new Error(`the agent gives no credentials: ${answer.status}`);
  const { AccessKeyId: id, SecretAccessKey: secret, Token: token } = await answer.json();
  return { id, secret, token };
}

/** The headers of a signed request. Pure, so that it can be compared with AWS's own examples. */
export function sign({ host, target, body, region, credentials, now }) {
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, "");
  const day = time.slice(0, 8);
  const headers = {
    "content-type": "application/x-amz-json-1.1",
    host,
    "x-amz-date": time,
    ...(credentials.token ? { "x-amz-security-token": credentials.token } : {}),
    "x-amz-target": target,
  };
  const names = Object.keys(headers).sort();
  const canonical = names.map((name) => `${name}:${headers[name]}\n`).join("");
  const request = ["POST", "/", "", canonical, names.join(";"), sha256(body)].join("\n");
  const scope = `${day}/${region}/ecs/aws4_request`;
  const key = [day, region, "ecs", "aws4_request"].reduce(hmac, `AWS4${credentials.secret}`);
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(request)}`).toString("hex");
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.id}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  return { ...headers, authorization };
}

/** How many tasks the service wants, has and waits for. */
export async function readCounts(env = process.env) {
  const region = env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? "us-east-1";
  const endpoint = new URL(env.AWS_ENDPOINT_URL_ECS ?? env.AWS_ENDPOINT_URL ?? `https://ecs.${region}.amazonaws.com`);
  const body = JSON.stringify({ cluster: env.CLUSTER, services: [env.SERVICE] });
  const target = "AmazonEC2ContainerServiceV20141113.DescribeServices";
  const credentials = await readCredentials(env);
  const headers = sign({ host: endpoint.host, target, body, region, credentials, now: new Date() });
  const answer = await fetch(endpoint, { method: "POST", headers, body, signal: AbortSignal.timeout(5000) });
  const document = await answer.json();
  if (!answer.ok) throw new Error(`ECS refuses: ${document.__type ?? answer.status} ${document.message ?? ""}`.trim());
  const [service] = document.services ?? [];
  if (!service) throw new Error(`service ${env.SERVICE} is not in cluster ${env.CLUSTER}`);
  return { desired: service.desiredCount, running: service.runningCount, pending: service.pendingCount };
}
