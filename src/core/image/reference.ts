/** An image reference in its parts, Docker Hub's short forms made long. */
export interface ImageReference {
  /** `public.ecr.aws`, `registry-1.docker.io`, `127.0.0.1:4566`. */
  host: string;
  repository: string;
  /** A tag or `sha256:…`. */
  reference: string;
}

/** `httpd:2.4` is `docker.io/library/httpd:2.4`. Undefined when it cannot be a reference. */
export function parseReference(text: string): ImageReference | undefined {
  const { host, rest } = splitHost(text);
  const found = /^([a-z0-9][a-z0-9._/-]*)(?::([A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(
    rest,
  );
  if (!found) return undefined;
  const [, repository = "", tag, digest] = found;
  const hub = host === "docker.io" || host === "index.docker.io";
  return {
    host: hub ? "registry-1.docker.io" : host,
    repository: hub && !repository.includes("/") ? `library/${repository}` : repository,
    reference: digest ?? tag ?? "latest",
  };
}

/** The first part is a host when it has a dot or a port, or is `localhost`. */
function splitHost(text: string): { host: string; rest: string } {
  const slash = text.indexOf("/");
  const first = text.slice(0, Math.max(slash, 0));
  const isHost = /[.:]/.test(first) || first === "localhost";
  return isHost ? { host: first, rest: text.slice(slash + 1) } : { host: "docker.io", rest: text };
}

/** True for a registry on this computer: there alone an incomplete image may go, and plain HTTP is used. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(host);
}
