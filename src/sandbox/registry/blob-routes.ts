import { pipeline } from "node:stream/promises";
import { blobs } from "../world/records/ecr.ts";
import type { Region } from "../world/world.ts";
import { digestPattern, type Upload } from "./blob-files.ts";
import { RegistryError } from "./registry-error.ts";
import type { RegistryCall } from "./registry.ts";

/** `/v2/NAME/blobs/DIGEST` and `/v2/NAME/blobs/uploads/[ID]`. */
export async function routeBlob(call: RegistryCall, rest: string): Promise<void> {
  if (rest === "uploads") return await startUpload(call);
  if (rest.startsWith("uploads/")) return await routeUpload(call, rest.slice("uploads/".length));
  if (call.method === "GET" || call.method === "HEAD") return await readBlob(call, decodeURIComponent(rest));
  if (call.method === "DELETE") return deleteBlob(call, decodeURIComponent(rest));
  throw new RegistryError(405, "UNSUPPORTED", "The operation is unsupported.");
}

async function readBlob({ res, region, repository, files, method }: RegistryCall, digest: string): Promise<void> {
  const size = blobs(region).has(`${repository}@${digest}`) ? await files.size(digest) : undefined;
  if (size === undefined) throw new RegistryError(404, "BLOB_UNKNOWN", "blob unknown to registry");
  res.writeHead(200, {
    "content-type": "application/octet-stream",
    "content-length": size,
    "docker-content-digest": digest,
    etag: `"${digest}"`,
  });
  if (method === "HEAD") return void res.end();
  await pipeline(files.read(digest), res);
}

function deleteBlob({ res, region, repository }: RegistryCall, digest: string): void {
  if (!blobs(region).delete(`${repository}@${digest}`))
    throw new RegistryError(404, "BLOB_UNKNOWN", "blob unknown to registry");
  res.writeHead(202, { "content-length": 0 }).end();
}

/** POST: a mount from another repository, a whole blob at once (`?digest=`), or the beginning of an upload. */
async function startUpload(call: RegistryCall): Promise<void> {
  if (call.method !== "POST") throw new RegistryError(405, "UNSUPPORTED", "The operation is unsupported.");
  const { region, files, query } = call;
  const mount = query.get("mount") ?? "";
  const mounted = blobs(region).get(`${query.get("from")}@${mount}`);
  if (mounted && (await files.size(mount)) !== undefined) {
    call.req.resume();
    holdBlob(region, call.repository, mount, mounted.sizeBytes);
    return created(call, mount);
  }
  const held = new Set<string>();
  for (const name of region.world.store.table<{ name: string }>("world/regions").keys())
    for (const blob of blobs(region.world.region(name)).values()) held.add(blob.digest);
  files.sweep((digest) => held.has(digest));
  const upload = files.begin();
  const digest = query.get("digest");
  if (digest) return await finishUpload(call, upload, digest);
  call.req.resume();
  accepted(call, upload, 202);
}

async function routeUpload(call: RegistryCall, id: string): Promise<void> {
  const upload = call.files.upload(id);
  if (!upload) throw new RegistryError(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");
  switch (call.method) {
    case "PATCH":
      checkRange(call, upload);
      await call.files.append(upload, call.req);
      return accepted(call, upload, 202);
    case "PUT":
      return await finishUpload(call, upload, call.query.get("digest") ?? "");
    case "GET":
    case "HEAD":
      return accepted(call, upload, 204);
    case "DELETE":
      await call.files.cancel(upload);
      return void call.res.writeHead(204).end();
    default:
      throw new RegistryError(405, "UNSUPPORTED", "The operation is unsupported.");
  }
}

/** A chunk must begin where the last one ended. */
function checkRange({ req }: RegistryCall, upload: Upload): void {
  const start = /^(?:bytes=)?(\d+)-/.exec(req.headers["content-range"] ?? "")?.[1];
  if (upload.busy || (start !== undefined && Number(start) !== upload.size))
    throw new RegistryError(416, "BLOB_UPLOAD_INVALID", "the chunk does not begin where the upload ends");
}

async function finishUpload(call: RegistryCall, upload: Upload, digest: string): Promise<void> {
  if (!digestPattern.test(digest)) throw new RegistryError(400, "DIGEST_INVALID", "provided digest is not sha256");
  const { files, req, region, repository } = call;
  await files.append(upload, req);
  const hold = () => holdBlob(region, repository, digest, upload.size);
  if (!files.finish(upload, digest, hold))
    throw new RegistryError(400, "DIGEST_INVALID", "provided digest did not match uploaded content");
  created(call, digest);
}

const holdBlob = (region: Region, repository: string, digest: string, sizeBytes: number): void =>
  void blobs(region).set(`${repository}@${digest}`, { repository, digest, sizeBytes });

function created({ res, repository }: RegistryCall, digest: string): void {
  res.writeHead(201, {
    location: `/v2/${repository}/blobs/${digest}`,
    "docker-content-digest": digest,
    "content-length": 0,
  });
  res.end();
}

function accepted({ res, repository }: RegistryCall, upload: Upload, status: number): void {
  res.writeHead(status, {
    location: `/v2/${repository}/blobs/uploads/${upload.id}`,
    range: `0-${Math.max(0, upload.size - 1)}`,
    "docker-upload-uuid": upload.id,
    ...(status === 204 ? {} : { "content-length": 0 }),
  });
  res.end();
}
