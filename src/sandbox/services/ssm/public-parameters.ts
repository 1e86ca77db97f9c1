import type { Parameter } from "@aws-sdk/client-ssm";
import { ecsImage } from "../../world/images.ts";
import type { Region } from "../../world/world.ts";

const recommended = "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended";
/** As in the image's description; AWS gives them one by one and in the document. */
const agentVersion = "1.101.3";
const runtimeVersion = "Docker version 25.0.14";

const facts: Record<string, string> = {
  image_id: ecsImage.id,
  image_name: ecsImage.name,
  os: "Amazon Linux 2023",
  ecs_runtime_version: runtimeVersion,
  ecs_agent_version: agentVersion,
  source_image_name: ecsImage.name.replace("ami-ecs-hvm", "ami-minimal"),
};

const documents = new Map<string, string>([
  [
    recommended,
    JSON.stringify({
      schema_version: 1,
      image_name: facts["image_name"],
      image_id: facts["image_id"],
      os: facts["os"],
      ecs_runtime_version: facts["ecs_runtime_version"],
      source_image_name: facts["source_image_name"],
      ecs_agent_version: facts["ecs_agent_version"],
    }),
  ],
  ...Object.entries(facts).map(([name, value]): [string, string] => [`${recommended}/${name}`, value]),
]);

/** The parameters that AWS itself publishes: the newest ECS-optimised image of Amazon Linux 2023 and its facts. */
export function findParameter(region: Region, name: string): Parameter | undefined {
  const value = documents.get(name);
  if (value === undefined) return undefined;
  return {
    Name: name,
    Type: "String",
    Value: value,
    Version: 183,
    LastModifiedDate: new Date(ecsImage.createdAt),
    ARN: `arn:aws:ssm:${region.name}::parameter${name}`,
    DataType: name.endsWith("/image_id") ? "aws:ec2:image" : "text",
  };
}

export const publicNames = (): string[] => [...documents.keys()];
