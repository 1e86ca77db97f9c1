import { imagesOf } from "../world/records/ecr.ts";
import type { RegistryCall } from "./registry.ts";

/** `GET /v2/NAME/tags/list`, in pages of `n` after `last`. */
export function listTags({ res, region, repository, query }: RegistryCall): void {
  const last = query.get("last") ?? "";
  const limit = Number(query.get("n") ?? 1000);
  const after = imagesOf(region, repository)
    .flatMap((image) => image.tags)
    .sort()
    .filter((tag) => tag > last);
  const tags = after.slice(0, limit);
  const end = tags.at(-1);
  if (end !== undefined && after.length > tags.length)
    res.setHeader("Link", `</v2/${repository}/tags/list?n=${limit}&last=${end}>; rel="next"`);
  res.writeHead(200, { "content-type": "application/json" });
  res.end(JSON.stringify({ name: repository, tags }));
}
