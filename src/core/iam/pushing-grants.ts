import type { Grant } from "./grant.ts";

/** What `push` needs: of the repository by ECR's API, of its layers by the registry, which asks for the same actions. */
export const pushingGrants: readonly Grant[] = [
  {
    on: "repository",
    actions: ["ecr:CreateRepository", "ecr:DescribeRepositories", "ecr:ListTagsForResource"],
    for: ["push"],
  },
  { on: "repository", actions: ["ecr:TagResource"], for: ["push"], elsewhere: "CreateRepository asks for it" },
  { on: "any", actions: ["ecr:GetAuthorizationToken"], for: ["push"] },
  {
    on: "repository",
    actions: [
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:CompleteLayerUpload",
      "ecr:InitiateLayerUpload",
      "ecr:PutImage",
      "ecr:UploadLayerPart",
    ],
    for: ["push"],
    elsewhere: "the registry asks for it, by the token",
  },
  {
    on: "repository",
    actions: ["ecr:GetDownloadUrlForLayer"],
    for: ["push"],
    unseen: "only for layers that are there, and by some engines",
  },
];
