import type * as iam from "@aws-sdk/client-iam";
import { InvalidInputException } from "@aws-sdk/client-iam";
import { meta, type Handler } from "../../wire/api.ts";
import { accountId } from "../../world/world.ts";
import { roles } from "./records.ts";
import { toRole } from "./roles.ts";
import { ensureServiceLinkedRole, linkedRoles } from "./service-linked-roles.ts";

export const createServiceLinkedRole: Handler<typeof iam, "CreateServiceLinkedRole"> = (input, { region }) => {
  const service = input.AWSServiceName ?? "";
  const refuse = (message: string): Error => new InvalidInputException({ message, ...meta });
  const linked = linkedRoles[service];
  if (!linked) throw refuse(`Service ${service} does not support service-linked roles in the sandbox.`);
  if (roles(region.world.global).has(linked.name))
    throw refuse(`Service role name ${linked.name} has been taken in this account, please try a different suffix.`);
  const role = ensureServiceLinkedRole(region, service);
  if (input.Description) role.description = input.Description;
  return { Role: toRole(role) };
};

/** The sandbox knows one identity: the account's root. */
export const getUser: Handler<typeof iam, "GetUser"> = () => ({
  User: {
    Path: "/",
    UserName: "root",
    UserId: accountId,
    Arn: `arn:aws:iam::${accountId}:root`,
    CreateDate: new Date("2024-01-01T00:00:00Z"),
  },
});
