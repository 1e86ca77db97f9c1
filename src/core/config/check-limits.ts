import type { Fault } from "./cross-check.ts";
import { parseDuration } from "./duration.ts";
import type { Path } from "./document.ts";
import type { Config } from "./schema.ts";

/** What AWS would refuse only when half of the deploy is made. */
export function checkLimits({ cluster: { capacity }, loadBalancer, tags }: Config): Fault[] {
  return [
    ...(capacity ? checkCidr(["cluster", "capacity", "ingressCidr"], capacity.ingressCidr) : []),
    ...(loadBalancer ? checkCidr(["loadBalancer", "ingressCidr"], loadBalancer.ingressCidr) : []),
    ...(loadBalancer ? checkTargets(loadBalancer) : []),
    ...checkTags(tags),
  ];
}

/** EC2 takes `203.0.113.7/24` for `203.0.113.0/24`, and every plan would find another rule than was asked for. */
function checkCidr(path: Path, text: string): Fault[] {
  const [address = "", bits = "", ...rest] = text.split("/");
  const octets = address.split(".");
  const isAddress = octets.length === 4 && octets.every((octet) => /^\d{1,3}$/.test(octet) && Number(octet) <= 255);
  const fault = (expected: string, hint?: string): Fault[] => [
    {
      path,
      code: "InvalidValue",
      message: `${path.join(".")}: found ${text}, expected ${expected}`,
      ...(hint && { hint }),
    },
  ];
  if (isAddress && bits === "") return fault("a range of addresses", `One address alone: ${address}/32`);
  if (!isAddress || !/^\d{1,2}$/.test(bits) || Number(bits) > 32 || rest.length > 0)
    return fault("a range of IPv4 addresses like 203.0.113.0/24", "The whole world is 0.0.0.0/0.");
  const size = 2 ** (32 - Number(bits));
  const number = octets.reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const first = number - (number % size);
  if (first === number) return [];
  const start = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join(".");
  return fault(`${start}/${bits}, where that range begins`, `One address alone: ${address}/32`);
}

/** TargetGroupAttribute and Matcher, Elastic Load Balancing API reference. */
function checkTargets({ deregistrationDelay, healthCheck }: NonNullable<Config["loadBalancer"]>): Fault[] {
  const faults: Fault[] = [];
  if ((parseDuration(deregistrationDelay) ?? 0) > 3600)
    faults.push({
      path: ["loadBalancer", "deregistrationDelay"],
      code: "OutOfRange",
      message: `loadBalancer.deregistrationDelay: found ${deregistrationDelay}, expected at most 1h`,
    });
  const codes = healthCheck.matcher.split(/[-,]/).map(Number);
  if (codes.some((code) => code < 200 || code > 499))
    faults.push({
      path: ["loadBalancer", "healthCheck", "matcher"],
      code: "OutOfRange",
      message: `loadBalancer.healthCheck.matcher: found "${healthCheck.matcher}", expected status codes from 200 to 499`,
    });
  return faults;
}

/** "Tag your AWS resources": the strictest of the services, because every tag goes to all of them. */
function checkTags(tags: Config["tags"]): Fault[] {
  return Object.entries(tags).flatMap(([key, value]): Fault[] => {
    const fault = (expected: string): Fault[] => [
      { path: ["tags", key], code: "InvalidValue", message: `tags.${key}: expected ${expected}` },
    ];
    if (/^aws:/i.test(key)) return fault("a key that does not begin with aws:, which is AWS's own");
    if (key === "" || key.length > 128) return fault("a key of 1 to 128 characters");
    if (value.length > 256) return fault("a value of at most 256 characters");
    if (!/^[\p{L}\p{N}\p{Z}_.:/=+@-]*$/u.test(key + value)) return fault("letters, digits, spaces and _.:/=+@- only");
    return [];
  });
}
