/** An error of the distribution API: `{"errors":[{"code","message"}]}`. Codes are those of the OCI specification. */
export class RegistryError extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = "RegistryError";
    this.status = status;
    this.code = code;
  }
}
