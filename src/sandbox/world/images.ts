/** The image that `/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended` names, the same in every region. */
export const ecsImage = {
  id: "ami-0ec5a9d2f3b4c6e71",
  name: "al2023-ami-ecs-hvm-2023.0.20260105-kernel-6.1-x86_64",
  description: "Amazon Linux AMI 2023.0.20260105 x86_64 ECS HVM EBS",
  createdAt: "2026-01-06T01:12:53.000Z",
  rootDevice: "/dev/xvda",
  rootVolumeGiB: 30,
  snapshotId: "snap-05c1a9f6d3b7e8240",
  ownerId: "591542846629",
} as const;

const parameters = "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/";

/** The image id behind `resolve:ssm:NAME`, which launch templates may carry; any other text is returned as it is. */
export function resolveImageId(imageId: string): string {
  return imageId.startsWith(parameters) ? ecsImage.id : imageId;
}
