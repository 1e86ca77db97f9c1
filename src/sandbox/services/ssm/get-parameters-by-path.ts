import type * as ssm from "@aws-sdk/client-ssm";
import { type Handler, page } from "../../wire/api.ts";
import { findOwnParameter, namesBelow, pageSize } from "./parameters.ts";
import { findParameter, publicNames } from "./public-parameters.ts";

export const getParametersByPath: Handler<typeof ssm, "GetParametersByPath"> = (input, { region }) => {
  const prefix = `${(input.Path ?? "").replace(/\/$/, "")}/`;
  const recursive = input.Recursive === true;
  const names = publicNames().filter((name) => {
    const below = name.startsWith(prefix) ? name.slice(prefix.length) : "";
    return below !== "" && (recursive || !below.includes("/"));
  });
  const own = namesBelow(region, input.Path ?? "", recursive);
  const { items, next } = page([...names, ...own], input.NextToken, pageSize(input.MaxResults));
  const find = (name: string) =>
    findParameter(region, name) ?? findOwnParameter(region, name, input.WithDecryption ?? false);
  return { Parameters: items.flatMap((name) => find(name) ?? []), NextToken: next };
};
