import type * as ssm from "@aws-sdk/client-ssm";
import { type Handler, page } from "../../wire/api.ts";
import { findParameter, publicNames } from "./public-parameters.ts";

const defaultPageSize = 10;

export const getParametersByPath: Handler<typeof ssm, "GetParametersByPath"> = (input, { region }) => {
  const prefix = `${(input.Path ?? "").replace(/\/$/, "")}/`;
  const names = publicNames().filter((name) => {
    const below = name.startsWith(prefix) ? name.slice(prefix.length) : "";
    return below !== "" && (input.Recursive === true || !below.includes("/"));
  });
  const { items, next } = page(names, input.NextToken, input.MaxResults ?? defaultPageSize);
  return { Parameters: items.flatMap((name) => findParameter(region, name) ?? []), NextToken: next };
};
