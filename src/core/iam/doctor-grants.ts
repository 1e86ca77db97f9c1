import type { Grant } from "./grant.ts";

/** What `doctor` looks at. All of it is reading. */
export const doctorGrants: readonly Grant[] = [
  { on: "callers", actions: ["iam:SimulatePrincipalPolicy"], for: ["doctor"] },
  { on: "serviceRoles", actions: ["iam:GetRole"], for: ["doctor"] },
  { on: "any", actions: ["ec2:DescribeVpcs", "ec2:DescribeSubnets", "ecr:GetAuthorizationToken"], for: ["doctor"] },
  {
    on: "any",
    actions: ["ec2:DescribeInstanceTypeOfferings", "ec2:DescribeInstanceTypes"],
    for: ["doctor"],
    needs: "autoScalingGroup",
  },
  { on: "quota", actions: ["servicequotas:GetServiceQuota"], for: ["doctor"] },
  {
    on: "repository",
    actions: ["ecr:BatchGetImage"],
    for: ["doctor"],
    elsewhere: "the registry asks for it, by the token",
  },
];
