import { ParameterNotFound } from "@aws-sdk/client-ssm";
import type * as ssm from "@aws-sdk/client-ssm";
import { type Handler, meta } from "../../wire/api.ts";
import { findParameter } from "./public-parameters.ts";

/** AWS answers `ParameterNotFound` without a message. */
export const getParameter: Handler<typeof ssm, "GetParameter"> = ({ Name = "" }, { region }) => {
  const found = findParameter(region, nameOf(Name));
  if (!found) throw new ParameterNotFound({ message: "", ...meta });
  return { Parameter: found };
};

export const getParameters: Handler<typeof ssm, "GetParameters"> = ({ Names = [] }, { region }) => ({
  Parameters: Names.flatMap((name) => findParameter(region, nameOf(name)) ?? []),
  InvalidParameters: Names.filter((name) => !findParameter(region, nameOf(name))),
});

/** A public parameter may also be named by its ARN. */
const nameOf = (name: string): string => name.replace(/^arn:aws:ssm:[^:]*:[^:]*:parameter/, "");
