import { ParameterNotFound } from "@aws-sdk/client-ssm";
import type * as ssm from "@aws-sdk/client-ssm";
import type { Parameter } from "@aws-sdk/client-ssm";
import { type Handler, meta } from "../../wire/api.ts";
import type { Region } from "../../world/world.ts";
import { findOwnParameter } from "./parameters.ts";
import { findParameter } from "./public-parameters.ts";

/** AWS answers `ParameterNotFound` without a message. */
export const getParameter: Handler<typeof ssm, "GetParameter"> = ({ Name = "", WithDecryption }, { region }) => {
  const found = find(region, Name, WithDecryption);
  if (!found) throw new ParameterNotFound({ message: "", ...meta });
  return { Parameter: found };
};

export const getParameters: Handler<typeof ssm, "GetParameters"> = ({ Names = [], WithDecryption }, { region }) => ({
  Parameters: Names.flatMap((name) => find(region, name, WithDecryption) ?? []),
  InvalidParameters: Names.filter((name) => !find(region, name, WithDecryption)),
});

const find = (region: Region, name: string, decrypt = false): Parameter | undefined =>
  findParameter(region, publicName(name)) ?? findOwnParameter(region, name, decrypt);

/** A public parameter may also be named by its ARN. */
const publicName = (name: string): string => name.replace(/^arn:aws:ssm:[^:]*:[^:]*:parameter/, "");
