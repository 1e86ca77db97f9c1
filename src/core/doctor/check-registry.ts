import type { Config } from "../config/schema.ts";
import type { Context } from "../context.ts";
import { openRegistry } from "../image/open-registry.ts";
import { ok, type Outcome } from "./check.ts";

/** Whether ECR's registry answers us: a token, and one look for the project's tag. */
export async function checkRegistry(context: Context, { image }: Config): Promise<Outcome> {
  const { client, host } = await openRegistry(context);
  try {
    const digest = await client.headManifest(image.repository, image.tag);
    const found =
      digest === undefined ? `has no ${image.repository}:${image.tag} yet` : `has ${image.repository}:${image.tag}`;
    return ok(`${host} answers and ${found}`);
  } finally {
    await client.close();
  }
}
