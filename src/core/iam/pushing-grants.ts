import type { Grant } from "./grant.ts";

/** What `push` needs: of the repository by ECR's API, of its layers by the registry, which asks for the same actions. */
export const pushingGrants: readonly Grant[] = [
  {
    on: "repository",
    actions: ["ecr:CreateRepository", "ecr:DescribeRepositories", "ecr:ListTagsForResource"],
    for: ["push"],
  },
  { on: "repository", actions: ["ecr:TagResource"], for: ["push"], unseen: "CreateRepository asks for it" },
  { on: "any", actions: ["ecr:GetAuthorizationToken"], for: ["push"] },
  {
    on: "repository",
    actions: [
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:CompleteLayerUpload",
      "ecr:GetDownloadUrlForLayer",
      "ecr:InitiateLayerUpload",
      "ecr:PutImage",
      "ecr:UploadLayerPart",
    ],
    for: ["push"],
    unseen: "the registry asks for it, by the token",
  },
];
